# meritlog as a container: every command of it, without root, on the log in /data/log.
FROM python:3.11-slim AS build
RUN python -m venv /opt/meritlog
COPY . /source
RUN /opt/meritlog/bin/pip install --no-cache-dir /source

FROM python:3.11-slim
RUN useradd --uid 10001 --create-home meritlog && install --directory --owner=meritlog /data
COPY --from=build /opt/meritlog /opt/meritlog
ENV PATH=/opt/meritlog/bin:$PATH MERITLOG_LOG=/data/log PYTHONUNBUFFERED=1
USER meritlog
VOLUME /data
ENTRYPOINT ["meritlog"]
CMD ["--help"]
