# docker build -t hudhud .
# docker run -p 127.0.0.1:8000:8000 -v ./news:/news:ro -v hudhud-index:/index hudhud
FROM python:3.11-slim AS build

# Without this a plain torch brings gigabytes of CUDA packages.
ARG TORCH_INDEX=https://download.pytorch.org/whl/cpu

WORKDIR /src
RUN python -m venv /opt/hudhud
COPY constraints.txt requirements.lock pyproject.toml README.md LICENSE ./
RUN /opt/hudhud/bin/pip install --no-cache-dir --no-deps --constraint constraints.txt --extra-index-url "$TORCH_INDEX" torch \
    && /opt/hudhud/bin/pip install --no-cache-dir --no-deps --require-hashes --requirement requirements.lock
COPY index index
COPY search search
COPY web web
COPY scripts scripts
RUN /opt/hudhud/bin/pip install --no-cache-dir --no-deps .

FROM python:3.11-slim

RUN useradd --uid 10001 --create-home hudhud \
    && mkdir /index \
    && chown 10001 /index
COPY --from=build /opt/hudhud /opt/hudhud
ENV PATH=/opt/hudhud/bin:$PATH
USER 10001
VOLUME /index
EXPOSE 8000
HEALTHCHECK --start-period=60s CMD ["python", "-c", "import urllib.request; urllib.request.urlopen('http://127.0.0.1:8000/api/health')"]
# Indexes what is mounted at /news, then serves it; a restart takes up what has changed.
CMD ["sh", "-c", "hudhud rebuild-index /news --index /index && exec hudhud serve --index /index --host 0.0.0.0"]
