"""Pages that say no: a number that stands in the log, the way on, and nothing of what was typed in any log."""

import re
from typing import Any

import pytest

from app.core.answers import Busy


def failing(error: Exception) -> Any:
    def fail(*_: Any, **__: Any) -> Any:
        raise error

    return fail


@pytest.mark.on("sqlite")
def test_a_fault_has_a_number_that_stands_in_the_log(app: Any, sign_in: Any, caplog: Any, monkeypatch: Any) -> None:
    browser = sign_in("cashier")
    for error, status, sentence in ((RuntimeError("王思远"), 500, "系统出错"), (Busy(), 503, "暂时无法办理")):
        monkeypatch.setitem(app.view_functions, "Notices.index", failing(error))
        page = browser.get("/notices/")
        assert page.status_code == status
        assert sentence in page.text
        [number] = re.findall(r'class="refusal-number">编号 <b>([0-9A-F]{8})</b>', page.text)
        assert caplog.text.count(number) == 1
        assert "把上面的编号告诉管理员" in page.text
        assert "没有保存" not in page.text.partition("refusal-next")[2]  # nothing was typed
        assert 'href="/notices/">' in page.text  # tried again
    assert "王思远" not in caplog.text


@pytest.mark.on("sqlite")
def test_a_form_that_met_a_fault_comes_back_with_the_number(
    app: Any, sign_in: Any, caplog: Any, monkeypatch: Any
) -> None:
    from app.core import saving
    from tests.core.test_forms import form_in

    browser = sign_in("service_manager")
    form = form_in(browser.get("/contractor/new"))
    monkeypatch.setattr(saving, "create", failing(RuntimeError("x")))
    page = browser.post("/contractor/new", {**form, "name": "测试装饰公司"})
    assert page.status_code == 500
    assert form_in(page)["name"] == "测试装饰公司"
    [number] = re.findall(r"（编号 ([0-9A-F]{8})）", page.text)
    assert number in caplog.text
