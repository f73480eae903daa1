"""The built page: what is served, how long a browser keeps it, and that nothing else is."""

import os
import threading

import pytest

INDEX = "<!doctype html><title>the page</title>"
SCRIPT = "console.log('the script');" * 100


@pytest.fixture
def folder(served):
    (served.folder / "assets").mkdir(parents=True)
    (served.folder / "index.html").write_text(INDEX)
    (served.folder / "assets" / "index-B1aC2d_3.js").write_text(SCRIPT)
    (served.folder / "assets" / "font-0a1b2c3d.woff2").write_bytes(b"wOF2")
    (served.folder / "icon.svg").write_text("<svg/>")
    (served.folder.parent / "secret.txt").write_text("secret")
    os.symlink(served.folder.parent / "secret.txt", served.folder / "link.txt")
    return served.folder


def test_a_checkout_without_it_says_how_to_build_it(served):
    answer = served.page().ask("GET", "/")
    assert answer.status == 503 and b"make portal" in answer.body
    assert answer.headers["content-type"].startswith("text/html")


def test_built_while_the_gym_is_up_it_is_there(served, folder):
    page = served.page()
    assert page.ask("GET", "/").body.decode() == INDEX
    (folder / "index.html").write_text(INDEX + "<p>anew")
    (folder / "new.txt").write_text("new")
    assert page.ask("GET", "/").body.decode() == INDEX + "<p>anew"
    assert page.ask("GET", "/new.txt").body == b"new"


def test_what_has_a_hash_in_its_name_is_kept_and_the_index_is_not(served, folder):
    page = served.page()
    script = page.ask("GET", "/assets/index-B1aC2d_3.js", Accept_Encoding="gzip, br")
    assert script.body.decode() == SCRIPT and script.headers["content-encoding"] == "gzip"
    assert int(script.headers["content-length"]) < len(SCRIPT) / 5
    assert "immutable" in script.headers["cache-control"]
    assert script.headers["content-type"].startswith("text/javascript")
    plain = page.ask("GET", "/assets/index-B1aC2d_3.js")
    assert plain.body.decode() == SCRIPT and "content-encoding" not in plain.headers
    assert page.ask("GET", "/").headers["cache-control"] == "no-cache"
    assert page.ask("GET", "/icon.svg").headers["content-type"] == "image/svg+xml"
    font = page.ask("GET", "/assets/font-0a1b2c3d.woff2", Accept_Encoding="gzip")
    assert font.headers["content-type"] == "font/woff2" and "content-encoding" not in font.headers
    assert page.ask("HEAD", "/").status == 200


def test_a_path_that_is_no_files_is_the_pages(served, folder):
    page = served.page()
    for path in ("/machines", "/machines/i-1", "/index.html", "/?x=1"):
        assert page.ask("GET", path).body.decode() == INDEX
    assert page.ask("GET", "/assets/gone-B1aC2d_3.js").status == 404
    assert page.ask("GET", "/api/nothing").status == 404
    assert page.ask("PUT", "/").status == 405


@pytest.mark.parametrize(
    "path",
    [
        "/../secret.txt",
        "/assets/../../secret.txt",
        "/%2e%2e/secret.txt",
        "/%2e%2e%2fsecret.txt",
        "/..%5csecret.txt",
        "/....//secret.txt",
        "//../secret.txt",
        "/assets/%00/../../../secret.txt",
        "/link.txt",
        "/etc/passwd",
        "//etc/passwd",
        "/file:///etc/passwd",
    ],
)
def test_nothing_outside_the_folder_is_served(served, folder, path):
    answer = served.page().ask("GET", path)
    assert b"secret" not in answer.body.replace(b"secret.txt", b"") and b"root:" not in answer.body
    assert answer.status == 404 or answer.body.decode() == INDEX


def test_every_answer_keeps_the_page_to_itself(served, folder):
    page = served.page()
    for path in ("/", "/assets/index-B1aC2d_3.js", "/gone.js", "/api/session", "/api/nothing"):
        headers = page.ask("GET", path).headers
        policy = headers["content-security-policy"]
        assert "default-src 'self'" in policy and "frame-ancestors 'none'" in policy
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["referrer-policy"] == "no-referrer"
        assert path.startswith("/api/") == (headers.get("cache-control") == "no-store")


def test_many_at_once_are_all_served(served, folder):
    answers = []

    def load():
        answers.append(served.page().ask("GET", "/assets/index-B1aC2d_3.js").body.decode())

    threads = [threading.Thread(target=load) for _ in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    assert answers == [SCRIPT] * 20
