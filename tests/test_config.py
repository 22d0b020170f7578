"""config.toml: its defaults, its faults, its secrets, and the example that describes every key."""

import re
from dataclasses import fields
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from mailbot.config import (
    AlarmRoute,
    Approval,
    Authentication,
    Brakes,
    Canary,
    Config,
    Delivery,
    ImapInbox,
    Log,
    MaildirInbox,
    MaildirPost,
    Monitoring,
    Oauth,
    Places,
    Planning,
    PostgresqlLedger,
    Reading,
    Sealed,
    Secret,
    SmtpPost,
    SqliteLedger,
    Tls,
    load_config,
    salvage,
)
from mailbot.errors import Fault, Misconfigured
from mailbot.resources import resource

EXAMPLE = resource("config.example.toml")
PASSWORD = "hunter2 với dấu"
IMAP = '[inbox]\nkind = "imap"\nhost = "mail.x.example"\nuser = "u"\npassword_file = "secret"\n'
POSTGRESQL = '[ledger]\nkind = "postgresql"\nhost = "db.x.example"\n'
SMTP = '[post]\nkind = "smtp"\nhost = "mail.x.example"\n'


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A folder with everything that a config.toml points to."""
    for folder in ("rules", "templates"):
        (tmp_path / folder).mkdir()
    secret = tmp_path / "secret"
    secret.write_text(f"{PASSWORD}\n", encoding="utf-8")
    secret.chmod(0o600)
    (tmp_path / "ca.pem").write_text("", encoding="utf-8")
    return tmp_path


def load(home: Path, text: str = "", go_live: str = "2013-06-11") -> Config:
    path = home / "config.toml"
    path.write_text(f'go_live = {go_live}\nrules = "rules"\n{text}', encoding="utf-8")
    return load_config(path)


def faults(home: Path, text: str = "", go_live: str = "2013-06-11") -> list[Fault]:
    with pytest.raises(Misconfigured) as caught:
        load(home, text, go_live)
    assert PASSWORD not in str(caught.value)
    return caught.value.faults


# --- values ----------------------------------------------------------------------------------------------


def test_two_keys_are_enough_and_paths_lie_beside_the_file(home: Path) -> None:
    assert load(home) == Config(
        go_live=datetime(2013, 6, 10, 17, tzinfo=UTC),
        rules=home / "rules",
        templates=home / "templates",
        state=home / "state",
        inbox=MaildirInbox(path=home / "inbox"),
        reading=Reading(ocr=True),
        post=MaildirPost(path=home / "letters"),
        brakes=Brakes(per_address_per_day=20, per_hour=400),
        planning=Planning(tick_seconds=60),
        log=Log(level="info", format="console"),
    )


def test_the_state_folder_holds_all_that_mailbot_writes(home: Path) -> None:
    config = load(home, 'state = "/var/lib/mailbot"\n')
    assert config.archive == Path("/var/lib/mailbot/archive")
    assert config.lock_file == Path("/var/lib/mailbot/lock")
    assert config.hold_file == Path("/var/lib/mailbot/HOLD")
    assert config.ledger_url == "sqlite:////var/lib/mailbot/ledger.db"


def test_a_relative_path_to_the_file_does_not_matter(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    absolute = load(home)
    monkeypatch.chdir(home)
    assert load_config(Path("config.toml")) == absolute


@pytest.mark.parametrize(
    ("written", "go_live"),
    [
        ("2013-06-11", datetime(2013, 6, 10, 17, tzinfo=UTC)),
        ("2013-06-11T08:00:00", datetime(2013, 6, 11, 1, tzinfo=UTC)),
        ("2013-06-11T08:00:00Z", datetime(2013, 6, 11, 8, tzinfo=UTC)),
    ],
)
def test_go_live_is_of_the_offices_clock_unless_it_says_otherwise(
    home: Path, written: str, go_live: datetime
) -> None:
    config = load(home, go_live=written)
    assert config.go_live == go_live
    assert config.go_live.utcoffset() == timedelta(hours=7)


def test_an_imap_mailbox_has_safe_defaults(home: Path) -> None:
    config = load(home, IMAP + 'boundary = ["MX1.x.example"]\nca_file = "ca.pem"\n')
    assert config.inbox == ImapInbox(
        host="mail.x.example",
        user="u",
        password_file=Secret(home / "secret"),
        port=993,
        tls=Tls.TLS,
        ca_file=home / "ca.pem",
        boundary=frozenset({"mx1.x.example"}),
        folder="INBOX",
        filed_folder="Da-ghi-nhan",
        filing="move",
        poll_seconds=60,
        idle=True,
        connect_seconds=30,
        read_seconds=60,
        slice_bytes=1048576,
    )


def test_a_relay_needs_only_a_host(home: Path) -> None:
    assert load(home, SMTP).post == SmtpPost(
        host="mail.x.example",
        port=587,
        tls=Tls.STARTTLS,
        ca_file=None,
        user=None,
        password_file=None,
        sender=None,
        read_seconds=60,
        dot_seconds=600,
    )


def test_a_sender_is_folded(home: Path) -> None:
    assert load(home, SMTP + 'sender = "BaoCao@X.example"\n').post.sender == "baocao@x.example"


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1", "127.1.2.3", "::1"])
def test_plain_text_is_allowed_to_this_machine(home: Path, host: str) -> None:
    post = load(home, f'[post]\nkind = "smtp"\nhost = "{host}"\ntls = "none"\n').post
    assert isinstance(post, SmtpPost)
    assert post.tls is Tls.NONE


# --- secrets ---------------------------------------------------------------------------------------------


def test_a_password_is_read_when_it_is_used_and_never_shown(home: Path) -> None:
    config = load(home, IMAP)
    assert isinstance(config.inbox, ImapInbox)
    assert config.inbox.password_file.read() == PASSWORD
    assert PASSWORD not in repr(config)


def test_a_password_may_come_as_a_systemd_credential(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    text = IMAP.replace('"secret"', '"credential:secret"')
    monkeypatch.setenv("CREDENTIALS_DIRECTORY", str(home))
    inbox = load(home, text).inbox
    assert isinstance(inbox, ImapInbox)
    assert inbox.password_file == Secret(home / "secret")
    for name in ("", "../secret"):
        (fault,) = faults(home, IMAP.replace('"secret"', f'"credential:{name}"'))
        assert "without slashes" in fault.says
    monkeypatch.delenv("CREDENTIALS_DIRECTORY")
    (fault,) = faults(home, text)
    assert "CREDENTIALS_DIRECTORY" in fault.says
    # Every command by hand ends here, also one in an emergency: it says how to go on.
    assert "systemd-run" in fault.says


@pytest.mark.parametrize("mode", [0o604, 0o602, 0o601, 0o644, 0o666])
def test_a_password_file_that_everybody_may_open_is_refused(home: Path, mode: int) -> None:
    (home / "secret").chmod(mode)
    (fault,) = faults(home, IMAP)
    assert (fault.line, fault.key) == (7, "inbox.password_file")
    assert "everybody" in fault.says


def test_the_mark_that_windows_editors_put_first_is_no_part_of_a_password(home: Path) -> None:
    (home / "secret").write_bytes(b"\xef\xbb\xbfpass word\r\n")
    inbox = load(home, IMAP).inbox
    assert isinstance(inbox, ImapInbox)
    assert inbox.password_file
    assert inbox.password_file.read() == "pass word"


@pytest.mark.parametrize("content", [b"", b"\n", b"two\nlines", b"nul\0", b"\xff\xfe"])
def test_a_password_file_without_one_password_is_refused(home: Path, content: bytes) -> None:
    (home / "secret").write_bytes(content)
    (fault,) = faults(home, IMAP)
    assert fault.key == "inbox.password_file"


def test_a_password_file_that_vanished_is_misconfigured(home: Path) -> None:
    secret = Secret(home / "secret")
    secret.path.unlink()
    with pytest.raises(Misconfigured, match="cannot be read"):
        secret.read()


@pytest.mark.parametrize(
    "text",
    [
        f'[inbox]\nkind = "imap"\nhost = "h"\nuser = "u"\npassword_file = "{PASSWORD}"\n',
        f'[inbox]\nkind = "imap"\nhost = "{PASSWORD}"\nuser = "u"\npassword_file = "secret"\n',
        f'[inbox]\npassword = "{PASSWORD}"\n',
        f'[inbox]\nkind = "{PASSWORD}"\n',
        f'[post]\nkind = "smtp"\nhost = "h"\nsender = "{PASSWORD}"\n',
        f'[log]\nlevel = "{PASSWORD}"\n',
        f'state = ["{PASSWORD}"]\n',
        f'state = "{PASSWORD}\n',
    ],
)
def test_a_password_in_the_wrong_place_is_not_repeated(home: Path, text: str) -> None:
    assert faults(home, text)


# --- the ledger's address --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("more", "address"),
    [
        ("", "postgresql+psycopg://mailbot@db.x.example:5432/mailbot?sslmode=verify-full&sslrootcert=system"),
        (
            'user = "a:b@c"\npassword_file = "secret"\ndatabase = "thái nguyên"\nport = 6432\n',
            (
                "postgresql+psycopg://a%3Ab%40c:hunter2%20v%E1%BB%9Bi%20d%E1%BA%A5u@db.x.example:6432/"
                "th%C3%A1i%20nguy%C3%AAn?sslmode=verify-full&sslrootcert=system"
            ),
        ),
    ],
)
def test_a_postgresql_ledger_has_an_address_with_its_password_quoted(
    home: Path, more: str, address: str
) -> None:
    assert load(home, POSTGRESQL + more).ledger_url == address


@pytest.mark.parametrize(
    ("host", "address"),
    [
        ("::1", "postgresql+psycopg://mailbot@[::1]:5432/mailbot?sslmode=prefer"),
        (
            "/var/run/postgresql",
            "postgresql+psycopg://mailbot@/mailbot?sslmode=prefer&host=%2Fvar%2Frun%2Fpostgresql&port=5432",
        ),
    ],
)
def test_a_server_on_this_machine_may_do_without_tls(home: Path, host: str, address: str) -> None:
    text = f'[ledger]\nkind = "postgresql"\nhost = "{host}"\ntls = false\n'
    assert load(home, text).ledger_url == address


def test_an_unproved_report_waits_only_where_senders_can_be_proved(home: Path) -> None:
    assert not load(home).authentication.pauses
    proving = '[authentication]\nauthserv_ids = ["MX.x.example"]\n'
    told = load(home, proving).authentication
    assert told.pauses
    assert told.trust(frozenset({"mx.x.example"})).authserv_ids == {"mx.x.example"}
    assert not load(home, f'{proving}unverified = "accept"\n').authentication.pauses
    assert load(home, '[authentication]\ndialect = "microsoft"\n').authentication.pauses


def test_the_ledger_is_a_file_in_the_state_folder_by_default(home: Path) -> None:
    assert load(home).ledger_url == f"sqlite:///{home}/state/ledger.db"


# --- faults ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("value", ["[" * 3000 + "]" * 3000, "9" * 5000])
def test_what_pythons_reader_gives_up_over_is_a_fault(home: Path, value: str) -> None:
    (fault,) = faults(home, f"templates = {value}\n[alarm]\ncommand = ['/usr/bin/sms']\n")
    assert "nested too deeply" in fault.says
    # Who would be told of it is known all the same.
    assert salvage(home / "config.toml").alarm.command == ("/usr/bin/sms",)


def test_brackets_that_are_just_borne_are_a_fault_of_their_key(home: Path) -> None:
    for depth in range(100, 1000, 50):
        assert faults(home, f"templates = {'[' * depth}{']' * depth}\n")


@pytest.mark.parametrize(
    ("text", "line", "key", "says"),
    [
        ("sate = 'x'\n", 3, "sate", "unknown key"),
        ("[inboxes]\n", 3, "inboxes", "unknown key"),
        ("templates = 'nowhere'\n", 3, "templates", "no such folder"),
        # As where a folder above may not be entered: what is there cannot be looked at.
        (f"templates = '{'a' * 300}'\n", 3, "templates", "cannot be looked at: File name too long"),
        (IMAP + f"ca_file = '{'a' * 300}'\n", 8, "inbox.ca_file", "cannot be looked at: File name too long"),
        ("state = ''\n", 3, "state", "path"),
        ("log = 3\n", 3, "log", "table"),
        ("inbox = 3\n", 3, "inbox", "table"),
        ("[inbox]\nkind = 'pop3'\n", 4, "inbox.kind", "maildir, imap"),
        ("[inbox]\nkind = ['imap']\n", 4, "inbox.kind", "maildir, imap"),
        ("[inbox]\nhost = 'h'\n", 4, "inbox.host", "unknown key"),
        ("[inbox]\nkind = 'imap'\n", 3, "inbox.host", "is missing"),
        (IMAP + "port = 0\n", 8, "inbox.port", "1"),
        (IMAP + "port = '993'\n", 8, "inbox.port", "integer"),
        (IMAP + "port = true\n", 8, "inbox.port", "integer"),
        (IMAP + "tls = 'ssl'\n", 8, "inbox.tls", "'starttls'"),
        (IMAP + "tls = 'none'\n", 8, "inbox.tls", "this machine"),
        (IMAP + "ca_file = 'nowhere'\n", 8, "inbox.ca_file", "no such file"),
        (IMAP + "idle = 1\n", 8, "inbox.idle", "boolean"),
        (IMAP + "poll_seconds = 0\n", 8, "inbox.poll_seconds", "1"),
        (IMAP + "poll_seconds = 1501\n", 8, "inbox.poll_seconds", "1500"),
        (IMAP + "slice_bytes = 1\n", 8, "inbox.slice_bytes", "4096"),
        # What waits so long is taken for hanging, and a socket cannot be told to wait for ever.
        (IMAP + "connect_seconds = 1000000000000\n", 8, "inbox.connect_seconds", "1200"),
        (IMAP + "read_seconds = 1201\n", 8, "inbox.read_seconds", "1200"),
        (SMTP + "dot_seconds = 1000000000000\n", 6, "post.dot_seconds", "1200"),
        (SMTP + "read_seconds = 1201\n", 6, "post.read_seconds", "1200"),
        ("[inbox]\npoll_seconds = 1501\n", 4, "inbox.poll_seconds", "1500"),
        # Every mail would have broken over it.
        ("[authentication]\nresolver = 'localhost'\n", 4, "authentication.resolver", "IP address"),
        ("[oauth]\ntoken_lives_seconds = 1000000000000000\n", 4, "oauth.token_lives_seconds", "31622400"),
        (IMAP + "folder = ''\n", 8, "inbox.folder", "empty"),
        (IMAP + "filing = 'delete'\n", 8, "inbox.filing", "'move'"),
        (IMAP + "boundary = ['a b']\n", 8, "inbox.boundary.1", "host name"),
        ("[post]\nkind = 'smtp'\nhost = 'h h'\n", 5, "post.host", "host name"),
        (SMTP + "user = 'u'\n", 3, "post.password_file", "together"),
        (SMTP + "password_file = 'secret'\n", 6, "post.password_file", "together"),
        (SMTP + "sender = 'x'\n", 6, "post.sender", "email address"),
        (SMTP + "tls = 'none'\n", 6, "post.tls", "this machine"),
        ("[ledger]\nkind = 'mysql'\n", 4, "ledger.kind", "sqlite, postgresql"),
        (POSTGRESQL + "tls = false\n", 6, "ledger.tls", "this machine"),
        (POSTGRESQL + "password_file = 'nowhere'\n", 6, "ledger.password_file", "cannot be read"),
        ("[ledger]\nkind = 'postgresql'\n", 3, "ledger.host", "is missing"),
        ("[brakes]\nper_hour = 0\n", 4, "brakes.per_hour", "1"),
        ("[planning]\ntick_seconds = 3601\n", 4, "planning.tick_seconds", "3600"),
        ("[log]\nformat = 'xml'\n", 4, "log.format", "'json'"),
        ("[log\n", 3, "", "is not TOML"),
        # What resolves names raises on these, or looks for a server of that whole name.
        (IMAP.replace("mail.x", "mail."), 5, "inbox.host", "host name"),
        (IMAP.replace("mail.x", "a" * 64), 5, "inbox.host", "host name"),
        (IMAP.replace(".example", ".example:993"), 5, "inbox.host", "no port"),
        (IMAP.replace("mail.x", "https://mail.x"), 5, "inbox.host", "no https://"),
        (IMAP.replace("mail.x", "thư.x"), 5, "inbox.host", "accents"),
        (SMTP.replace("mail.x", ".x"), 5, "post.host", "host name"),
        ("[alarm]\nhost = 'mail..example'\n", 4, "alarm.host", "host name"),
        ("[oauth]\ntoken_url = 'https://login..example/x'\n", 4, "oauth.token_url", "must be an address"),
        (
            "[oauth]\ntoken_url = 'https://l.example:99999/x'\n",
            4,
            "oauth.token_url",
            "must be an address",
        ),
        (SMTP + "user = 'u'\npassword_file = 'nowhere'\n", 7, "post.password_file", "No such file"),
        ("state = '~nobody-of-that-name/x'\n", 3, "state", "user"),
        ("state = 'secret'\n", 3, "state", "no folder"),
        ('state = "a\\u0000b"\n', 3, "state", "path"),
        ("[alarm]\ncommand = 'sms'\n", 4, "alarm.command", "square brackets"),
        (IMAP + "folder = 'BC'\nfiled_folder = 'BC'\n", 3, "inbox", "another folder"),
        (IMAP + "junk = 'INBOX'\n", 3, "inbox", "another folder"),
        (IMAP + "junk = 'Da-ghi-nhan'\n", 3, "inbox", "another folder"),
        (IMAP + "boundary = 'mx.x.example'\n", 8, "inbox.boundary", "square brackets"),
    ],
)
def test_a_fault_is_named_with_its_line_and_key(
    home: Path, text: str, line: int, key: str, says: str
) -> None:
    (fault, *_) = [fault for fault in faults(home, text) if fault.key == key]
    assert (fault.file, fault.line) == (home / "config.toml", line)
    assert says in fault.says


@pytest.mark.parametrize(
    "host", ["mail.x.example.", "mail_1", "::1", "fe80::1", "192.0.2.7", "xn--th-9ja.example"]
)
def test_a_host_may_be_a_name_or_an_address(home: Path, host: str) -> None:
    assert load(home, IMAP.replace("mail.x.example", host)).inbox.host == host  # type: ignore[union-attr]


@pytest.mark.parametrize(
    "written",
    ['"2013-06-11"', "20130611", "08:00:00", "true", "9999-12-31T23:00:00Z", "0206-12-01", "0001-01-01"],
)
def test_go_live_must_be_a_date(home: Path, written: str) -> None:
    (fault,) = faults(home, go_live=written)
    assert (fault.line, fault.key) == (1, "go_live")


def test_every_fault_is_named_at_once(home: Path) -> None:
    text = (
        "a = 1\n"
        + IMAP
        + "tls = 'none'\nport = 0\n"
        + SMTP
        + "user = 'u'\n[brakes]\nper_hour = 0\n[log]\nx = 1\n"
    )
    assert [fault.key for fault in faults(home, text, go_live="1")] == [
        "go_live",
        "a",
        "inbox.tls",
        "inbox.port",
        "post.password_file",
        "brakes.per_hour",
        "log.x",
    ]


def test_required_keys_are_missed(tmp_path: Path) -> None:
    path = tmp_path / "config.toml"
    path.write_text("", encoding="utf-8")
    with pytest.raises(Misconfigured) as caught:
        load_config(path)
    assert {fault.key for fault in caught.value.faults} == {"go_live", "rules", "templates"}


def test_a_missing_file_is_misconfigured(tmp_path: Path) -> None:
    with pytest.raises(Misconfigured, match=r"nowhere\.toml: cannot be read"):
        load_config(tmp_path / "nowhere.toml")


# --- sealed mails ----------------------------------------------------------------------------------------

CERTIFICATE = "-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n"


@pytest.mark.parametrize(
    ("section", "content", "says"),
    [
        ('keep = "encrypted"\n', "", "goes together with"),
        ('certificate = "desk.pem"\n', CERTIFICATE, "goes together with"),
        ('keep = "encrypted"\ncertificate = "no.pem"\n', CERTIFICATE, "no such file"),
        ('keep = "encrypted"\ncertificate = "desk.pem"\n', "x", "must be a certificate"),
        (
            'keep = "encrypted"\ncertificate = "desk.pem"\n',
            CERTIFICATE + "-----BEGIN PRIVATE KEY-----\n",
            "holds a private key",
        ),
    ],
)
def test_sealed_mails_are_kept_only_for_a_key_that_is_elsewhere(
    home: Path, section: str, content: str, says: str
) -> None:
    (home / "desk.pem").write_text(content, encoding="ascii")
    (fault,) = faults(home, f"[sealed]\n{section}")
    assert says in fault.says


def test_by_default_nothing_of_sealed_mails_is_kept(home: Path) -> None:
    assert load(home).sealed == Sealed(keep="nothing", certificate=None)
    (home / "desk.pem").write_text(CERTIFICATE, encoding="ascii")
    kept = load(home, '[sealed]\nkeep = "encrypted"\ncertificate = "desk.pem"\n').sealed
    assert kept.certificate == home / "desk.pem"


# --- the example -----------------------------------------------------------------------------------------

SECTIONS: dict[str, tuple[type, ...]] = {
    "": (Places,),
    "inbox": (MaildirInbox, ImapInbox),
    "ledger": (SqliteLedger, PostgresqlLedger),
    "reading": (Reading,),
    "sealed": (Sealed,),
    "post": (MaildirPost, SmtpPost),
    "oauth": (Oauth,),
    "approval": (Approval,),
    "delivery": (Delivery,),
    "authentication": (Authentication,),
    "canary": (Canary,),
    "brakes": (Brakes,),
    "planning": (Planning,),
    "alarm": (AlarmRoute,),
    "monitoring": (Monitoring,),
    "log": (Log,),
}
KEY = re.compile(r"(?:# )?(?P<key>[a-z_]+) = (?P<value>.+)")


def example() -> dict[tuple[str, str], str]:
    """Every key that the example shows, commented out or not, with the value as written."""
    shown: dict[tuple[str, str], str] = {}
    section = ""
    for row in EXAMPLE.read_text(encoding="utf-8").splitlines():
        if row.startswith("["):
            section = row.strip("[]")
        elif match := KEY.fullmatch(row):
            assert (section, match["key"]) not in shown or match["key"] == "path"
            shown[section, match["key"]] = match["value"]
    return shown


def test_the_example_loads() -> None:
    config = load_config(EXAMPLE)
    assert isinstance(config.inbox, MaildirInbox)
    assert config.rules == resource("rules") / "thai-nguyen-2013"


def test_every_key_is_in_the_example_and_every_key_of_the_example_exists() -> None:
    known = {
        (section, item.name)
        for section, shapes in SECTIONS.items()
        for shape in shapes
        for item in fields(shape)
    }
    assert set(example()) == known
    own = {item.name for item in fields(Config)} - {item.name for item in fields(Places)}
    assert own == set(SECTIONS) - {""}


def test_the_defaults_that_the_example_shows_are_the_defaults(home: Path) -> None:
    shown = example()
    only_examples = {
        "certificate",
        "clamd",
        "host",
        "user",
        "password_file",
        "ca_file",
        "url",
        "sender",
        "go_live",
        "rules",
        "kind",
    }
    only_examples |= {"token_command", "token_url", "client_id", "client_secret_file", "scope"}
    only_examples |= {"refresh_token_file"}
    only_examples |= {"authserv_ids", "from_enforced", "hops", "resolver", "unverified", "pretends"}
    for section, shapes in SECTIONS.items():
        for shape in shapes:
            names = (item.name for item in fields(shape) if item.name not in only_examples)
            # Without a port nothing listens, and nothing cannot be written in TOML.
            keys = [name for name in names if (section, name) != ("monitoring", "port")]
            written = "".join(f"{key} = {shown[section, key]}\n" for key in keys)
            head = {"ImapInbox": IMAP, "SmtpPost": SMTP, "PostgresqlLedger": POSTGRESQL}.get(
                shape.__name__, f"[{section}]\n" if section else ""
            )
            assert load(home, head + written) == load(home, head)


def test_rules_and_templates_come_with_mailbot() -> None:
    assert (resource("rules") / "thai-nguyen-2013" / "units.toml").is_file()
    with pytest.raises(FileNotFoundError, match="nowhere"):
        resource("nowhere")
