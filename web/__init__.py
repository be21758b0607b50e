"""create_app() and nothing else."""

from pathlib import Path

from flask import Flask
from flask_compress import Compress
from flask_cors import CORS

from web import access, admin, api, appearance, docs, errors, limits, locales, logs, metrics, pages, status
from web.gate import Gate
from web.live import LiveSearcher
from web.rebuild import Rebuilder
from web.settings import WebSettings


def create_app(settings: WebSettings) -> Flask:
    """The web application that serves one index; nothing is read before the first request."""
    app = Flask(__name__)
    app.json.ensure_ascii = False  # type: ignore[attr-defined]  # the default provider has it
    app.json.sort_keys = False  # type: ignore[attr-defined]
    app.extensions["hudhud"] = LiveSearcher(Path(settings.index), settings.search)
    app.config.update(
        MAX_CONTENT_LENGTH=settings.largest_body,
        LARGEST_LIMIT=settings.largest_limit,
        PAGE_SIZE=settings.page_size,
        LARGEST_BATCH=settings.largest_batch,
        DEEPEST_RESULT=settings.search.deepest_result,
        COMPRESS_MIMETYPES=["text/html", "text/css", "text/javascript", "image/svg+xml"],
    )
    if settings.cors_origins:
        CORS(app, resources={r"/(api/.*|openapi\.json)": {"origins": list(settings.cors_origins)}})
    Compress(app)
    locales.register(app)
    appearance.register(app)
    app.register_blueprint(pages.blueprint)
    app.register_blueprint(api.blueprint)
    app.register_blueprint(docs.blueprint)
    app.register_blueprint(status.blueprint)
    if settings.sources:
        app.extensions["hudhud_rebuilder"] = Rebuilder(settings.sources, Path(settings.index))
        app.register_blueprint(admin.blueprint)
    app.extensions["hudhud_gate"] = Gate(settings.threads, settings.queue, settings.longest_wait)
    logs.register(app, settings.log_queries)
    metrics.register(app)
    limits.register(app, settings)
    access.register(app, settings)
    errors.register(app)
    return app
