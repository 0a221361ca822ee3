// Runs before the first paint, so that nobody at a night desk is met by a white flash.
(() => {
  const dark = matchMedia("(prefers-color-scheme: dark)");
  const chosen = () => localStorage.getItem("nightdesk-theme");
  const apply = () => {
    document.documentElement.dataset.theme = chosen() ?? (dark.matches ? "dark" : "light");
  };
  apply();
  dark.addEventListener("change", apply);

  addEventListener("DOMContentLoaded", () => {
    for (const button of document.querySelectorAll("[data-theme-switch]")) {
      const label = () => button.setAttribute("aria-pressed", String(document.documentElement.dataset.theme === "dark"));
      label();
      dark.addEventListener("change", label);
      button.addEventListener("click", () => {
        localStorage.setItem("nightdesk-theme", document.documentElement.dataset.theme === "dark" ? "light" : "dark");
        apply();
        label();
      });
    }
  });
})();
