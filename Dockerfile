# The service as one static binary on a base without shell or package manager, run by nobody in particular.

FROM golang:1.26 AS build
WORKDIR /src

# Apart from the source, so that a change of code downloads nothing.
COPY go.mod go.sum ./
RUN go mod download

COPY . .
# What `vidaplus-auth version` says. Both may stay empty.
ARG VERSION
ARG COMMIT
RUN CGO_ENABLED=0 go build -trimpath -buildvcs=false -ldflags "-s -w -X main.version=${VERSION} -X main.commit=${COMMIT}" \
        -o /out/vidaplus-auth ./cmd/vidaplus-auth \
    && mkdir -p /out/state/vidaplus-auth

FROM gcr.io/distroless/static-debian12:nonroot
COPY --from=build /out/vidaplus-auth /usr/local/bin/vidaplus-auth

# The working folder is the one place that is written to: an embedded database and keys that were made here. Its parent
# is what is copied, because only the owner of what is inside is sure to be kept.
COPY --from=build --chown=65532:65532 /out/state/ /var/lib/
WORKDIR /var/lib/vidaplus-auth
VOLUME /var/lib/vidaplus-auth

# By number, so that an orchestrator can tell without looking inside that it is not root.
USER 65532:65532
# Inside a container the loopback address is reached by nobody: what is published is decided by whoever runs it.
ENV HTTP_ADDR=:8000 METRICS_ADDR=:9090
EXPOSE 8000 9090
HEALTHCHECK --interval=5s --timeout=6s --start-period=30s CMD ["/usr/local/bin/vidaplus-auth", "healthcheck"]
ENTRYPOINT ["/usr/local/bin/vidaplus-auth"]
