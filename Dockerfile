# One image runs the whole bot: `docker build -t nightdesk .`, then see compose.yaml.

FROM python:3.13-slim AS build
ENV UV_COMPILE_BYTECODE=1 UV_LINK_MODE=copy UV_PYTHON_DOWNLOADS=never
RUN pip install --no-cache-dir --disable-pip-version-check uv==0.13.8
WORKDIR /app
# The packages first: they change less often than the code, so this layer is kept.
COPY pyproject.toml uv.lock README.md ./
RUN uv sync --locked --no-dev --no-install-project
COPY bot bot
COPY handlers handlers
COPY integrations integrations
COPY storage storage
COPY scheduler scheduler
RUN uv sync --locked --no-dev --no-editable

FROM python:3.13-slim
RUN useradd --uid 10001 --create-home --shell /usr/sbin/nologin nightdesk \
    && install --directory --owner=nightdesk --group=nightdesk /app /app/.data
WORKDIR /app
COPY --from=build /app/.venv .venv
ENV PATH=/app/.venv/bin:$PATH PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 NIGHTDESK_HOST=0.0.0.0 NIGHTDESK_PORT=8001 \
    MPLCONFIGDIR=/tmp/matplotlib
USER 10001:10001
VOLUME /app/.data
EXPOSE 8001
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=15s --timeout=5s --start-period=20s --retries=3 CMD ["python", "-c", \
    "import os, urllib.request as u; u.urlopen('http://127.0.0.1:' + os.environ['NIGHTDESK_PORT'] + '/healthz', timeout=4)"]
ENTRYPOINT ["nightdesk"]
CMD ["serve"]
