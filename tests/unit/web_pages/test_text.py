"""What of a page of HTML is words, and what shape they keep."""

import pytest

from integrations.web_pages.text import Words, words

PAGE = """<!doctype html><html><head><title>Checkout &amp; friends</title><style>p {color: red}</style>
<script>alert("boo")</script></head><body><nav>Home <a href="/x">Docs</a></nav>
<main><h1>Checkout  runbook</h1><p>When it is <b>slow</b>, look at the
pool.</p><h2>Steps</h2><ol><li>Drain it</li><li>Restart <code>pool-1</code></li></ol>
<pre><code>kubectl  rollout
  restart</code></pre><table><tr><th>What</th><th>Who</th></tr><tr><td>Pool</td><td>Ada</td></tr></table>
<p hidden>secret</p><div style="display: none"><p>more</p></div></main><footer>© us</footer></body></html>"""


def test_a_page_as_markdown():
    assert words(PAGE) == Words(
        "Checkout runbook",
        "# Checkout runbook\n\nWhen it is slow, look at the pool.\n\n## Steps\n\n- Drain it\n- Restart `pool-1`\n\n"
        "```\nkubectl  rollout\n  restart\n```\n\nWhat | Who\n\nPool | Ada",
    )


@pytest.mark.parametrize(
    ("html", "title", "content"),
    [
        ("<title>T</title><p>Hello <!channel> &lt;b&gt;", "T", "Hello <b>"),
        ("<p>a<br>b</p>", "", "a\nb"),
        ("<nav>x</nav><p>Left <nav>out <nav>deep</nav> x</nav>in</p>", "", "Left in"),
        ("<article><h1>Own</h1>In</article><p>Out</p>", "Own", "# Own\n\nIn"),
        ("<main></main><p>No main text</p>", "", "No main text"),
        ("<p># no heading</p><p>``` no code</p>", "", "\u200b# no heading\n\n\u200b``` no code"),
        ("<pre>``` no end</pre><p>after</p>", "", "```\n''' no end\n```\n\nafter"),
        ("<h2></h2><ul><li></li><li>one</ul>", "", "- one"),
        ("<script>never<p>seen</p></script><p>seen</p>", "", "seen"),
        ("<svg><title>Icon</title><text>x</text></svg><p>y", "", "y"),
        ("<p onclick=\"x()\">[text](javascript:x) <a href='javascript:x'>link</a>", "", "[text](javascript:x) link"),
        ("", "", ""),
        ("<p>" * 5000, "", ""),
        ("<title>" + "t" * 500 + "</title>x", "t" * 200, "x"),
    ],
)
def test_what_is_left_of(html, title, content):
    assert words(html) == Words(title, content)
