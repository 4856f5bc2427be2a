FROM python:3.11-slim

RUN useradd --create-home --uid 1000 record \
    && install -d -o record -g record /app /data
WORKDIR /app

COPY requirements.txt constraints.txt ./
RUN pip install --no-cache-dir --requirement requirements.txt --constraint constraints.txt

COPY --chown=record manage.py ./
COPY --chown=record config config
COPY --chown=record sources sources
COPY --chown=record claims claims

USER record
ENV HOST=0.0.0.0 PORT=8000 DATA_DIR=/data PYTHONUNBUFFERED=1
VOLUME /data
EXPOSE 8000
STOPSIGNAL SIGINT
CMD ["python", "manage.py", "serve"]
