"""Which addresses may be called, in every spelling that a resolver takes."""

import socket

import pytest

from integrations.networks import Networks, Refused

USUAL = Networks()
LOOPBACK = Networks.of(["127.0.0.0/8", "::1/128"])
EVERYTHING = Networks.of(["0.0.0.0/0", "::/0"])


@pytest.mark.parametrize(
    "address",
    [
        "169.254.169.254", "169.254.170.2", "fd00:ec2::254", "fd20:ce::254", "100.100.100.200", "168.63.129.16",
        "192.0.0.192", "fe80::1", "fe80::1%eth0", "0.0.0.0", "0.1.2.3", "224.0.0.1", "239.255.255.250",
        "255.255.255.255", "::", "ff02::1", "::ffff:169.254.169.254", "64:ff9b::a9fe:a9fe", "2002:a9fe:a9fe::1",
        "::169.254.169.254",
    ],
)  # fmt: skip
def test_some_addresses_are_never_called_whatever_is_set(address: str):
    assert "never called" in EVERYTHING.refusal(address)
    assert USUAL.refusal(address)


@pytest.mark.parametrize(
    ("address", "usual", "loopback"),
    [
        ("10.1.2.3", True, False),
        ("172.31.255.255", True, False),
        ("192.168.0.1", True, False),
        ("100.64.0.1", True, False),
        ("fd12::1", True, False),
        ("127.0.0.1", False, True),
        ("127.9.9.9", False, True),
        ("::1", False, True),
        ("::ffff:127.0.0.1", False, True),
        ("::ffff:10.0.0.1", True, False),
        ("64:ff9b::7f00:1", False, True),
        ("198.18.0.1", False, False),
        ("8.8.8.8", True, True),
        ("2606:4700::1111", True, True),
    ],
)
def test_what_is_inside_is_open_where_the_operator_says_so(address: str, usual: bool, loopback: bool):
    assert (USUAL.refusal(address) == "", LOOPBACK.refusal(address) == "") == (usual, loopback)


@pytest.mark.parametrize(
    "host", ["127.0.0.1", "127.1", "2130706433", "0x7f000001", "0177.0.0.1", "0x7f.1", "localhost", "LOCALHOST"]
)
def test_odd_spellings_of_this_machine_are_this_machine(host: str):
    with pytest.raises(Refused, match=r"127\.0\.0\.1|::1"):
        USUAL.connect(host, 9)


@pytest.mark.parametrize("host", ["2852039166", "0xa9fea9fe", "0251.0376.0251.0376", "169.254.43518"])
def test_odd_spellings_of_the_metadata_service_are_it(host: str):
    with pytest.raises(Refused, match=r"169\.254\.169\.254"):
        EVERYTHING.connect(host, 80)


def test_a_name_with_one_bad_address_is_refused_whole(monkeypatch: pytest.MonkeyPatch):
    found = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, 80)) for address in ("8.8.8.8", "169.254.169.254")]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: found)
    with pytest.raises(Refused, match=r"169\.254"):
        USUAL.connect("both.example", 80)


def test_settings_of_the_operator_may_name_this_machine_and_no_metadata():
    operator = Networks.of_operator()
    assert operator.refusal("127.0.0.1") == operator.refusal("10.0.0.1") == ""
    assert operator.refusal("169.254.169.254")
