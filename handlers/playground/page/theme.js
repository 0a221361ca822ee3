// Runs before the first paint, so that nobody at a night desk is met by a white flash.
(() => {
  const dark = matchMedia("(prefers-color-scheme: dark)");
  let asked = null; // in a frame there may be nowhere to keep it
  const chosen = () => {
    try {
      return asked ?? localStorage.getItem("nightdesk-theme");
    } catch {
      return asked;
    }
  };
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
        asked = document.documentElement.dataset.theme === "dark" ? "light" : "dark";
        try {
          localStorage.setItem("nightdesk-theme", asked);
        } catch {} // then it holds for this page
        apply();
        label();
      });
    }
  });
})();
