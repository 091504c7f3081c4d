# One image for every role. Torch is not in it: the shipped model runs on onnxruntime.
FROM python:3.11.14-slim-bookworm AS build
RUN pip install --no-cache-dir uv==0.13.9
ENV UV_COMPILE_BYTECODE=1 \
    UV_LINK_MODE=copy \
    UV_PROJECT_ENVIRONMENT=/opt/vigie \
    UV_PYTHON_DOWNLOADS=never
WORKDIR /src
COPY pyproject.toml uv.lock README.md LICENSE ./
RUN uv sync --locked --no-dev --no-install-project
COPY alerting alerting
COPY classifiers classifiers
COPY config config
COPY streams streams
COPY vigie vigie
RUN uv sync --locked --no-dev --no-editable

FROM python:3.11.14-slim-bookworm
RUN useradd --system --uid 10001 --home-dir /srv --shell /usr/sbin/nologin vigie \
    && install -d -o vigie -g vigie /srv/var
COPY --from=build /opt/vigie /opt/vigie
ENV PATH=/opt/vigie/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    VIGIE_CONFIG=/etc/vigie/vigie.yaml
USER vigie
WORKDIR /srv
CMD ["vigie", "--help"]
