# The service as one static binary and next to nothing else, without a shell, run by nobody in particular.

FROM golang:1.26 AS build
WORKDIR /src

# Apart from the source, so that a change of code downloads nothing.
COPY go.mod go.sum ./
RUN go mod download

COPY . .
# What `vidaplus-auth version` says. Both may stay empty.
ARG VERSION
ARG COMMIT
RUN CGO_ENABLED=0 go build -trimpath -buildvcs=false -ldflags "-s -w -funcalign=16 -X main.version=${VERSION} -X main.commit=${COMMIT}" \
        -o /out/usr/local/bin/vidaplus-auth ./cmd/vidaplus-auth

# What the program needs of a system: whom to trust with TLS, who it is, and where something short-lived may be put.
RUN install -D -m 0644 /etc/ssl/certs/ca-certificates.crt /out/etc/ssl/certs/ca-certificates.crt \
    && echo 'nonroot:x:65532:65532:nonroot:/home/nonroot:/sbin/nologin' > /out/etc/passwd \
    && echo 'nonroot:x:65532:' > /out/etc/group \
    && install -d -m 1777 /out/tmp \
    && install -d /state/home/nonroot /state/var/lib/vidaplus-auth

FROM scratch
COPY --from=build /out/ /

# The working folder is the one place that is written to: an embedded database and keys that were made here. Its parent
# is what is copied, because only the owner of what is inside is sure to be kept.
COPY --from=build --chown=65532:65532 /state/var/lib/ /var/lib/
COPY --from=build --chown=65532:65532 /state/home/ /home/
WORKDIR /var/lib/vidaplus-auth
VOLUME /var/lib/vidaplus-auth

# By number, so that an orchestrator can tell without looking inside that it is not root.
USER 65532:65532
# Inside a container the loopback address is reached by nobody: what is published is decided by whoever runs it.
ENV HTTP_ADDR=:8000 METRICS_ADDR=:9090 PATH=/usr/local/bin
EXPOSE 8000 9090
HEALTHCHECK --interval=5s --timeout=6s --start-period=30s CMD ["/usr/local/bin/vidaplus-auth", "healthcheck"]
ENTRYPOINT ["/usr/local/bin/vidaplus-auth"]
