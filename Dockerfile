# syntax=docker/dockerfile:1
# Xunfang as an image: the web client, then the program with it inside, then a small system that
# runs it as nobody in particular. docker-compose.yml builds it.

FROM node:22-bookworm-slim AS web
WORKDIR /src/web-client
COPY web-client/package.json web-client/package-lock.json ./
RUN npm ci --no-audit --no-fund
COPY web-client ./
RUN npm run build

FROM rust:1.95-bookworm AS program
WORKDIR /src
COPY . .
COPY --from=web /src/web-client/dist web-client/dist
RUN --mount=type=cache,target=/usr/local/cargo/registry \
    --mount=type=cache,target=/src/target \
    cargo build --release --locked --bin xunfang && cp target/release/xunfang /xunfang

FROM debian:bookworm-slim
# curl asks for the health; the certificates are those by which a database's or a bus's is judged.
RUN apt-get update \
    && apt-get install --yes --no-install-recommends ca-certificates curl \
    && rm -rf /var/lib/apt/lists/* \
    && useradd --system --uid 10001 --user-group --no-create-home --shell /usr/sbin/nologin xunfang \
    && install -d -m 700 -o 10001 -g 10001 /var/lib/xunfang \
    && install -d -m 755 /etc/xunfang
COPY --from=program /xunfang /usr/local/bin/xunfang
USER 10001:10001
VOLUME /var/lib/xunfang
EXPOSE 8080
# In a container the loopback is the container's own; who gets there is up to its network.
ENV XUNFANG__SERVER__LISTEN=0.0.0.0:8080 \
    XUNFANG__SERVER__METRICS=0.0.0.0:9464 \
    XUNFANG__SERVER__DATA=/var/lib/xunfang
HEALTHCHECK --interval=10s --timeout=5s --start-period=60s --retries=3 \
    CMD ["curl", "--fail", "--silent", "--show-error", "--max-time", "4", "http://127.0.0.1:8080/healthz"]
ENTRYPOINT ["xunfang"]
CMD ["serve", "--config", "/etc/xunfang"]
