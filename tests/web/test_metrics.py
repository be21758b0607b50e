"""What the server counts: requests by route, never what was asked."""

import subprocess
import sys
from pathlib import Path

from flask.testing import FlaskClient

from web import create_app
from web.settings import WebSettings

ROOT = Path(__file__).parents[2]


def test_requests_are_counted_by_route_and_status(client: FlaskClient) -> None:
    client.get("/api/search?q=haftar")
    client.get("/api/search?q=haftar")
    client.get("/api/search?limit=x")
    client.get("/api/documents/moscow/ar")
    told = client.get("/metrics").get_data(as_text=True).splitlines()
    assert 'hudhud_requests_total{method="GET",route="/api/search",status="200"} 2.0' in told
    assert 'hudhud_requests_total{method="GET",route="/api/search",status="400"} 1.0' in told
    assert 'hudhud_requests_total{method="GET",route="/api/documents/<path:identity>",status="200"} 1.0' in told
    assert 'hudhud_request_seconds_count{method="GET",route="/api/search"} 3.0' in told
    assert 'hudhud_documents{language="ar"} 2.0' in told


def test_no_query_and_no_made_up_address_is_kept(client: FlaskClient) -> None:
    """Addresses that no route knows share one label, and so do methods that no one uses."""
    for address in ("/api/search?q=secret", "/nowhere/secret", "/wp-login.php"):
        client.get(address)
    client.open("/", method="BREW")
    told = client.get("/metrics").get_data(as_text=True)
    assert "secret" not in told
    assert "wp-login" not in told
    assert "BREW" not in told
    assert 'hudhud_requests_total{method="GET",route="none",status="404"} 2.0' in told


def test_without_an_index_the_requests_are_still_told(tmp_path: Path, fake_model: None) -> None:
    client = create_app(WebSettings(str(tmp_path / "none"))).test_client()
    client.get("/api/health")
    response = client.get("/metrics")
    assert response.status_code == 200
    told = response.get_data(as_text=True)
    assert 'route="/api/health",status="503"} 1.0' in told
    assert "hudhud_documents{" not in told


def test_latencies_rise_to_the_number_of_requests(client: FlaskClient) -> None:
    for _ in range(3):
        client.get("/api/health")
    latencies = client.application.extensions["hudhud_metrics"].latencies("/api/health")
    assert latencies[-1] == (float("inf"), 3)
    assert [count for _, count in latencies] == sorted(count for _, count in latencies)


def test_searches_are_counted_by_stage_and_by_luck(client: FlaskClient) -> None:
    client.get("/api/search?q=haftar")
    client.get("/?q=haftar")
    client.get("/api/search?q=haftar&source=nobody")
    client.post("/api/search", json={"searches": [{"q": "haftar"}, {"q": "moscow"}]})
    told = client.get("/metrics").get_data(as_text=True).splitlines()
    for stage in ("translate", "rank", "present"):
        assert f'hudhud_search_stage_seconds_count{{stage="{stage}"}} 5.0' in told
    for leg in ("dense", "lexical"):
        assert f'hudhud_search_leg_seconds_count{{leg="{leg}"}} 5.0' in told
    assert "hudhud_searches_without_result_total 1.0" in told
    [age] = [line for line in told if line.startswith("hudhud_generation_age_seconds ")]
    assert 0 <= float(age.split()[1]) < 3600


# Three processes count, each at another time; the first tells.
COUNTED = """
import os
from prometheus_client import generate_latest
from web.metrics import Metrics, count_together

count_together()
metrics = Metrics()
for turn in range(3):
    if os.fork() == 0:
        metrics.observe("GET", "/", 200, 0.01)
        metrics.documents.labels("ar").set(turn)
        os._exit(0)
    os.wait()
print(generate_latest(metrics.collected()).decode())
print(metrics.latencies("/")[-1])
print(os.environ["PROMETHEUS_MULTIPROC_DIR"])
"""


def test_worker_processes_count_together() -> None:
    """Whichever is asked tells the sum, and of what is no sum the latest; nothing is left lying about."""
    command = [sys.executable, "-c", COUNTED]
    told = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout.splitlines()
    assert 'hudhud_requests_total{method="GET",route="/",status="200"} 3.0' in told
    assert 'hudhud_request_seconds_count{method="GET",route="/"} 3.0' in told
    assert 'hudhud_documents{language="ar"} 2.0' in told
    assert told[-2] == "(inf, 3)"
    assert not Path(told[-1]).exists()
