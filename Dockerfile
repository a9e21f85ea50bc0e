# Clearcall as an image: a server by default, a worker as `manage.py work`. docs/scale.md says how they go together.

FROM python:3.13-slim AS installed
COPY requirements/run.txt /requirements.txt
RUN python -m venv /venv \
 && /venv/bin/python -m pip install --no-cache-dir --disable-pip-version-check --no-input --only-binary=:all: \
    --require-hashes -r /requirements.txt

FROM python:3.13-slim
RUN useradd --system --uid 10001 --no-create-home --shell /usr/sbin/nologin clearcall \
 && install --directory --owner=clearcall --group=clearcall /var/clearcall
COPY --from=installed /venv /venv
WORKDIR /clearcall
COPY manage.py manage.py
COPY chatsite chatsite
COPY conversations conversations
COPY tools tools
COPY templates templates
COPY fragments fragments
COPY static static
# The static files lie outside the volume, which would keep those of the version that it was first used with.
ENV PATH=/venv/bin:$PATH PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 \
    MODE=production VAR_DIR=/var/clearcall STATIC_DIR=/clearcall/collected
RUN VAR_DIR=/tmp/building python manage.py collectstatic --noinput \
 && python -m compileall -q chatsite conversations tools \
 && rm -r /tmp/building

USER clearcall
VOLUME /var/clearcall
EXPOSE 8000
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=10s --timeout=5s --start-period=30s --retries=3 \
  CMD ["python", "-c", "from urllib.request import urlopen; urlopen('http://127.0.0.1:8000/healthz', timeout=4)"]
CMD ["python", "manage.py", "serve", "--host", "0.0.0.0", "--port", "8000"]
