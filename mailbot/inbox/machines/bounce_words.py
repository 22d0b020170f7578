"""The words by which mail servers say that a letter failed, or is late, in the languages met so far.

Sentences of machines, not of people: "Your message could not be delivered", never "I could not send".
"""

import re

_I = re.IGNORECASE

# A subject that only a delivery report has.
FAILED_SUBJECT = re.compile(
    r"undeliver|non[- ]?deliver|not delivered|could ?n.t be delivered|could not be delivered"
    r"|cannot be delivered|deliver[a-z]*.{0,20}(?:status notif|fail|problem|error|report)"
    r"|fail(?:ed|ure)[ -](?:mail|deliver|notice)|failure (?:notice|delivery)|returned mail"
    r"|mail returned|returning (?:message|mail)|mail (?:system )?error|mail (?:delivery )?fail"
    r"|message (?:status|delivery)|rejected mail|user unknown|unknown user"
    r"|error (?:mail|sending|during delivery)"
    r"|(?:message|mail|email) (?:you sent )?(?:was |has been )?(?:blocked|rejected)"
    r"|delivery (?:notification|report|subsystem)|processing error"
    r"|không (?:thể )?(?:gửi|chuyển|phát|giao)(?: được)?|(?:thư|thông báo) (?:bị )?(?:trả lại"
    r"|hoàn lại)|hộp thư (?:của )?(?:người nhận )?(?:đã|bị) đầy"
    r"|gửi thư (?:thất bại|không thành công)|thư không (?:gửi|đến) được|unzustellbar|nicht zugestellt"
    r"|non remis|échec de (?:la )?(?:remise|distribution)|no se (?:pudo|puede) entregar"
    r"|mensaje no entregado|não (?:foi )?entregue|falha na entrega|mancato recapito|не доставлен"
    r"|недоставлен|退信|投递失败|发送失败|無法傳遞|未送达|系统退信|郵件傳遞失敗"
    r"|配信(?:でき|不能|エラー)|送信エラー|エラーメール|반송|전송 ?실패"
    r"|\bbounced?\b|there was an error sending|non recapitabile|nicht zustellbar|niet (?:te )?bezorg"
    r"|olevererbart|nie dostarczon|onbestelbaar|kunde inte levereras|teslim edilemedi",
    _I,
)
DELAYED_SUBJECT = re.compile(
    r"\bdelay|warning: (?:could not|message)|still being retried|not yet been delivered"
    r"|delivery warning|chậm (?:gửi|chuyển)|gửi chậm|trì hoãn|tạm thời chưa (?:gửi|chuyển)"
    r"|chưa (?:gửi|chuyển) được",
    _I,
)

# A sentence in the text. The first letters of a mail hold it; below may stand anything.
FAILED = re.compile(
    r"(?:could|can|did|was|were|has|have|had|is|are|be)(?: ?not|n.t)(?: be"
    r"| been)?(?: able to)? (?:successfully )?(?:deliver|reach|receiv|sent|accept|process|complet"
    r"|find|locat|relay)"
    r"|unable to (?:deliver|send|relay|complete|process|reach)|failed to (?:deliver|reach|send)"
    r"|deliver[a-z]* (?:to|of|for|attempt)?[^.\n]{0,80}(?:fail|abort|impossible|not possible"
    r"|unsuccessful|reject|refus)"
    r"|permanent(?:ly)?[^.\n]{0,20}(?:error|fail|fatal|reject)"
    r"|(?:permanent|fatal) (?:delivery )?(?:error|failure)|undeliver|non[- ]?deliver|not delivered"
    r"|returned to (?:the )?sender|returning (?:your )?(?:message|mail)"
    r"|(?:user|recipient|mailbox|address|account|domain|host)[^.\n]{0,40}(?:unknown|not found"
    r"|does not exist|doesn.t exist|no longer|disabled|inactive|full|over quota|rejected|not exist"
    r"|invalid|unavailable|not listed|not recogni)"
    r"|(?:no such|unknown|invalid|bad) (?:user|recipient|address|mailbox|person|local|host|domain"
    r"|destination)"
    r"|mailbox (?:is )?full|quota exceeded|over ?quota"
    r"|exceed[a-z]* [^.\n]{0,40}(?:quota|size|limit|attempt)|\b5\d\d[ -]\#?\d?\.?"
    r"|\b5\.\d{1,3}\.\d{1,3}\b|failed recipient|error-for:|remote host said|smtp error"
    r"|(?:message|mail|email)[^.\n]{0,60}(?:was|were|has been|is) (?:blocked|rejected|refused"
    r"|quarantined|bounced|denied)"
    r"|automatically rejected|not a valid user|permanent error|i.ve given up|giving up"
    r"|delivery problem"
    r"|không (?:thể )?(?:gửi|chuyển|phát|giao)(?: thư)? (?:được|tới|đến|cho)"
    # A point inside of an address ends no sentence.
    r"|(?:địa chỉ|hộp thư|tài khoản|người nhận)(?:[^.\n]|\.(?=\w)){0,60}(?:không tồn tại|không hợp lệ"
    r"|đã đầy|vượt quá (?:dung lượng|hạn mức)|bị đầy|bị khoá|bị khóa|không tìm thấy|ngừng hoạt động)"
    r"|không tìm thấy (?:địa chỉ|người nhận|hộp thư)"
    r"|thư[^.\n]{0,40}(?:bị trả lại|bị từ chối|không được gửi|không gửi được|không chuyển được"
    r"|chưa được gửi)"
    r"|gửi (?:thư )?(?:thất bại|không thành công)|gửi[^.\n]{0,60}không thành công"
    r"|nicht (?:zugestellt|zustell)|konnte[^.\n]{0,60}nicht|unzustellbar"
    r"|n.a (?:pas|pu)[^.\n]{0,30}(?:pu|être|etre)"
    r"|no (?:se )?(?:pudo|ha podido|puede)[^.\n]{0,40}(?:entreg|enviar)"
    r"|não (?:pôde|foi possível|pode)[^.\n]{0,40}entreg"
    r"|non (?:è stato|ha potuto|può)[^.\n]{0,50}(?:consegn|recapit)"
    r"|impossibile (?:recapitare|consegnare)"
    r"|не (?:доставлен|может быть доставлен|удалось доставить|существует)|невозможно доставить"
    r"|无法(?:送达|投递|发送|传递)|未能(?:送达|投递)|投递失败|发送失败|退回|退信|不存在|無法(?:傳遞|送達|投遞)|配(?:信|送)(?:でき|不能|に失敗)"
    r"|届け(?:られ|ること)|送信できません|エラー|존재하지|전송(?:하지|에) ?(?:못|실패)|배달(?:되지|할)"
    r"|nie (?:mogł|został|może)[^.\n]{0,40}dostarcz|niet[^.\n]{0,30}(?:afgeleverd|bezorgd)"
    r"|teslim edilem",
    _I,
)
DELAYED = re.compile(
    r"will (?:continue|keep) (?:to )?try|(?:will|continue)[^.\n]{0,30}(?:be retried|retry)"
    r"|still (?:being )?(?:trying|tried|retried)|warning (?:message )?only"
    r"|delivery attempts will continue|not yet been delivered|has been postponed"
    r"|(?:has been|is|was) delayed|delivery (?:is |was |has been )?delayed|do not need to resend"
    r"|don.t need to resend|you do not need to (?:resend|do anything)"
    r"|temporar(?:y|ily)[^.\n]{0,30}(?:problem|fail|defer|unavail)"
    r"|sẽ (?:tiếp tục |tự động )?(?:thử|cố gắng)[^.\n]{0,20}(?:gửi|chuyển)?"
    r"|tiếp tục (?:thử )?(?:gửi|chuyển) lại|(?:bị|đang) (?:chậm|trì hoãn)|chậm (?:trễ|chuyển)"
    r"|chưa (?:gửi|chuyển) được|tạm thời (?:chưa|không)|noch nicht zugestellt|verzögert|retardé"
    r"|reintentar|verrà ritentata|будет повторен|повторн|将继续尝试|再送",
    _I,
)
# A letter that was given up is no longer delayed, even where the text tells how often it was tried.
GIVEN_UP = re.compile(
    r"permanent|given up|giving up|gave up|fatal|no further (?:delivery )?attempt"
    r"|will not (?:be )?(?:retr|try)|returned|removed from the (?:mail )?queue"
    r"|(?:user|recipient|mailbox|address)[^.\n]{0,20}unknown|vĩnh viễn|expired|too long in the queue"
    r"|delivery (?:time )?(?:has )?expired|đã ngừng thử|không thử lại",
    _I,
)
# How a report begins that bears no other mark: nobody writes so to a clerk.
BLUNT = re.compile(
    r"\W{0,80}(?:this is (?:an? )?(?:automatic"
    r"|auto)[a-z]*[^.\n]{0,60}\W+)?(?:sorry,? )?(?:your (?:message|mail|email|e-mail)"
    r"|the (?:following|attached|original)[^.\n]{0,20}message|a message that you sent"
    r"|could not deliver|unable to deliver|delivery (?:to|of)|-+ ?(?:failed|non-delivery)"
    r"|votre message|thư của (?:bạn|quý vị))",
    _I,
)
FORWARDED = re.compile(
    r"\s*(?:fwd?|tr|wg|chuyển tiếp|chuyen tiep)\s*[:\]]",
    _I,
)
GREETS = re.compile(r"\W{0,10}(?:kính (?:gửi|chào|thưa)|thưa|chào|xin chào)\b", _I)
