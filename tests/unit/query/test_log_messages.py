import pytest

from bot.query.log_messages import field, message


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ('{"level":"error","msg":"order 7 failed","status":500}', "order 7 failed"),
        ('{"message":"failed","error":{"message":"no route"}}', "failed: no route"),
        ('{"msg":"failed: no route","error":"no route"}', "failed: no route"),
        ('level=warn msg="took \\"long\\"" ms=7', 'took "long"'),
        ("level=warn event=bounce to=x", "bounce"),
        ("LOG:  checkpoint   complete", "LOG: checkpoint complete"),
        ("a line\n  at Module.x", "a line at Module.x"),
        ('{"broken": ', '{"broken":'),
        ('{"status":500,"path":"/x"}', '{"status":500,"path":"/x"}'),
        ("x=1", "x=1"),
        ("", ""),
    ],
)
def test_what_a_line_says(line, said):
    assert message(line) == said


@pytest.mark.parametrize(
    ("line", "level"), [('{"level":"error"}', "error"), ("level=info msg=a", "info"), ("bare", ""), ("[1]", "")]
)
def test_a_field_of_a_line(line, level):
    assert field(line, "level") == level
