# Tocsin in a container: two stages, no root, one volume. Settings: /etc/tocsin/tocsin.toml; data: /data.
#
#   docker build -t tocsin .
#   docker run -d --name tocsin -p 127.0.0.1:8080:8080 -v tocsin:/data \
#     -v ./tocsin.toml:/etc/tocsin/tocsin.toml:ro -v ./admin.txt:/run/secrets/admin:ro \
#     -e TOCSIN__ACCOUNTS__ADMIN_PASSWORD_FILE=/run/secrets/admin tocsin
#
# admin.txt is the password by which "admin" logs in to the dashboard; without an account for somebody the daemon does not start, for a
# container listens at all addresses: docs/accounts.md.
#
# With Chromium, for sources that say render = "browser" (300 MB more): docker build --build-arg BROWSER=1 -t tocsin .
# Its own sandbox needs user namespaces: run it with a seccomp profile that allows them. `tocsin doctor` shows whether it starts.
#
# Behind a proxy, or called by a container's name: -e 'TOCSIN__SERVICE__HOSTNAMES=["news.example.org"]'
#
# Give it 2 GiB or more where memory is limited: each of two parser processes may take 768 MiB.

FROM python:3.11-slim AS build
WORKDIR /build
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1
RUN python -m venv /opt/tocsin
# The dependencies in a layer of their own: it changes only with the lock file.
COPY requirements.lock ./
RUN /opt/tocsin/bin/pip install --require-hashes --requirement requirements.lock
COPY pyproject.toml README.md LICENSE ./
COPY config config
COPY storage storage
COPY scraper scraper
RUN /opt/tocsin/bin/pip install --no-deps --no-build-isolation . \
 && /opt/tocsin/bin/python -m compileall -q /opt/tocsin/lib

FROM python:3.11-slim
ARG BROWSER=
RUN if [ -n "$BROWSER" ]; then \
      apt-get update && apt-get install -y --no-install-recommends chromium chromium-sandbox \
      && rm -rf /var/lib/apt/lists/*; \
    fi
RUN useradd --system --uid 10001 --home-dir /data --shell /usr/sbin/nologin tocsin \
 && install -d -o tocsin -g tocsin /data
COPY --from=build /opt/tocsin /opt/tocsin
COPY config/tocsin.toml /etc/tocsin/tocsin.toml
ENV PATH=/opt/tocsin/bin:$PATH PYTHONUNBUFFERED=1 \
    TOCSIN__SERVICE__DATABASE=sqlite:////data/tocsin.db \
    TOCSIN__SERVICE__LISTEN=0.0.0.0:8080
USER tocsin
WORKDIR /data
VOLUME /data
EXPOSE 8080
HEALTHCHECK --interval=30s --timeout=5s --start-period=20s \
  CMD ["python", "-c", "import urllib.request; urllib.request.urlopen('http://127.0.0.1:8080/healthz', timeout=4)"]
# Exec form: the daemon is process 1 and gets SIGTERM itself; it stops within ten seconds.
STOPSIGNAL SIGTERM
ENTRYPOINT ["tocsin"]
CMD ["run"]
