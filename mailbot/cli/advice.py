"""What to do about what `mailbot check` finds: in plain Vietnamese, for somebody who knows servers."""

import re

from mailbot.errors import LedgerBroken, LoginRefused, Unwelcome

# What is in the error's text, and what it means for whoever sets mailbot up; the first that fits.
_BY_WORDS = {
    r"NO_CERTIFICATE_OR_CRL_FOUND|no certificate or crl found": """
    Tệp ghi ở `ca_file` của [{section}] không có chứng thư dạng PEM (dòng đầu `-----BEGIN CERTIFICATE-----`).
    Chứng thư dạng DER thì đổi: `openssl x509 -inform der -in tinh.cer -out tinh.pem`.
    """,
    r"certificate has expired|certificate is not yet valid": """
    Chứng thư của máy chủ đã hết hạn, hoặc chưa đến ngày có hiệu lực: đề nghị quản trị máy chủ thư gia hạn.
    Xem cả giờ của máy này có đúng không (`timedatectl`).
    """,
    r"certificate|CERTIFICATE_VERIFY_FAILED|hostname mismatch": """
    Chứng thư của máy chủ không được tin. Chứng thư do tỉnh tự cấp: chép chứng thư gốc về máy này và ghi
    `ca_file` ở [{section}]. Chứng thư đúng mà vẫn báo lỗi: `host` phải là tên ghi trong chứng thư, không
    phải địa chỉ IP.
    """,
    r"WRONG_VERSION_NUMBER|wrong version number|STARTTLS|record layer": """
    Máy chủ không nói TLS theo cách đã khai. Thử `tls = "starttls"` (cổng 143, 587) hoặc `tls = "tls"` (cổng
    993, 465) ở [{section}].
    """,
    r"Name or service not known|nodename|getaddrinfo|Temporary failure in name resolution|No address": """
    Không tìm thấy tên máy chủ. Xem lại `host` ở [{section}]; thử `getent hosts TÊN-MÁY-CHỦ` trên máy này.
    """,
    r"refused|timed out|Timeout|unreachable|No route|ConnectError|Connection reset": """
    Không kết nối được. Xem lại `host`, `port` ở [{section}], máy chủ có đang chạy không, tường lửa giữa hai
    máy có mở cổng đó không: `nc -vz MÁY-CHỦ CỔNG`.
    """,
    r"the Maildir": """
    Không đọc được Maildir của hộp thư; mailbot không tự tạo thư mục đó, vì hộp thư trống tạo ra ở chỗ đĩa
    chưa gắn sẽ trông như không đơn vị nào gửi báo cáo. Xem lại `path` ở [{section}], đĩa chứa thư đã gắn chưa
    (`findmnt`), và người dùng của dịch vụ có đọc được `new`, `cur` trong đó không.
    """,
    r"another one has filed": """
    Sổ này chưa ghi thư nào, mà hộp thư đã có thư do một sổ khác chuyển đi: mailbot không đọc hộp thư. Đĩa
    chứa thư mục `state` đã gắn chưa (`findmnt`); mất sổ thì khôi phục từ bản sao lưu; bản cài đặt thử thì ghi
    `filing = "none"` ở [{section}]. Xem hướng dẫn quản trị, mục 7.
    """,
    r"doesn't exist|does not exist|NONEXISTENT|Unknown Mailbox|opening the folder": """
    Tài khoản đăng nhập được nhưng không mở được thư mục. Xem lại `{folder}` ở [{section}]: ghi đúng một trong
    các tên máy chủ cho thấy ở lời báo trên.
    """,
    r"no way to log in": """
    Máy chủ không cho đăng nhập bằng mật khẩu trên cổng này. Bật SMTP AUTH cho tài khoản, hoặc dùng cổng 587
    với `tls = "starttls"`.
    """,
    r"newer mailbot": """
    Sổ do một phiên bản mailbot mới hơn ghi. Cài lại phiên bản đó; không chạy phiên bản cũ trên sổ này.
    """,
    r"another mailbot": """
    Dịch vụ đang chạy với sổ này. `systemctl stop mailbot` rồi chạy lại lệnh.
    """,
    r"everybody may open": """
    Thư mục đang mở cho mọi tài khoản trên máy; trong đó có thư, sổ và thư đi. `chmod 700` thư mục `state`;
    nếu đó không phải thư mục riêng của mailbot, ghi thư mục khác ở `state`.
    """,
    r"is not there, or may not be run": """
    Không có chương trình đó, hoặc người dùng của dịch vụ không chạy được. Ghi đường dẫn đầy đủ ở `command`
    của [{section}]; `chmod a+x` tệp chương trình. Chưa sửa thì báo động không đến ai bằng cách này.
    """,
    r"its tables want their owner": """
    PostgreSQL không cho tài khoản `user` của [ledger] dùng sổ; sổ không hỏng. Thường do sổ được khôi phục
    bằng tài khoản khác: đổi chủ của cơ sở dữ liệu và các bảng (`REASSIGN OWNED`, `ALTER TABLE ... OWNER TO`).
    """,
    r"read-only": """
    Đĩa chứa thư mục `state` đang chỉ đọc được: thường vì nhân Linux gặp lỗi đĩa (`dmesg`), hoặc vì gắn như
    vậy (`findmnt`). Dừng dịch vụ, kiểm tra đĩa (`fsck`), gắn lại rồi chạy lại; đĩa hỏng thì khôi phục từ bản
    sao lưu.
    """,
    r"Permission denied|cannot be opened|cannot be written|unable to open": """
    Người dùng chạy lệnh không ghi được vào thư mục. Nếu đĩa chỉ đọc được hoặc đầy, lời báo ở dòng `disk` nói
    vậy; nếu không, chạy lệnh bằng root (mailbot tự chuyển sang người dùng
    của dịch vụ), hoặc `chown -R mailbot:mailbot` thư mục `state`.
    """,
    r"disk is full|No space|MiB free": """
    Đĩa đầy hoặc sắp đầy. `df -h`; giải phóng chỗ, rồi chạy lại.
    """,
}
_LOGIN = """
Máy chủ không chấp nhận tài khoản hoặc mật khẩu. Xem lại `user` ở [{section}] và tệp mật khẩu (đúng một
dòng); thử đăng nhập bằng webmail. Microsoft 365 và Google không nhận mật khẩu thường: khai `[oauth]`. Đừng
thử lại nhiều lần: máy chủ có thể khóa tài khoản.
"""
_UNWELCOME = """
Máy chủ thư từ chối chính máy này hoặc địa chỉ gửi. Đề nghị quản trị máy chủ thư cho phép máy này và địa chỉ
hộp thư báo cáo gửi thư.
"""
_BROKEN = """
Sổ không dùng được. Dừng dịch vụ, chạy `mailbot verify`; nếu hỏng, khôi phục từ bản sao lưu: `mailbot
restore`.
"""
_ELSE = """
Đọc lời báo ở trên; tìm tình huống tương ứng trong hướng dẫn quản trị, mục 7 và mục 11, hoặc hỏi quản trị máy
chủ.
"""


def advice(what: str, error: Exception) -> str:
    """The next step for whoever tried `what` ("inbox", "junk", "post", "ledger", "alarm") and got `error`."""
    section = what if what in {"inbox", "post", "ledger", "alarm"} else "inbox"
    if isinstance(error, LoginRefused):
        found = _LOGIN
    elif isinstance(error, Unwelcome):
        found = _UNWELCOME
    else:
        by_words = (says for words, says in _BY_WORDS.items() if re.search(words, str(error), re.IGNORECASE))
        found = next(by_words, _BROKEN if isinstance(error, LedgerBroken) else _ELSE)
    found = found.replace("{section}", section).replace("{folder}", "junk" if what == "junk" else "folder")
    return " ".join(found.split())
