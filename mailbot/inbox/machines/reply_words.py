"""The words of answering machines, help desks, robots and challenges, in the languages met so far.

What stands below the subjects is matched against text without accents, for the mails that have none.
"""

import re

SUBJECT = (
    r"auto(?:matic(?:ally)?|mated)?[- ]?(?:generated )?(?:reply|replied|response|respond(?:er)?"
    r"|answer|message|mail)\b"
    r"|auto(?=:)|\(?\b(?:currently |am )?out of (?:the |my )?office|out of office|out-of-office"
    r"|o\.?o\.?o\b|vacation (?:reply|notice|message|response|alert)"
    r"|(?:on|away on) (?:annual leave|vacation|holiday|leave)"
    r"|away from (?:my |the )?(?:office|desk|mail|e-?mail)|absence (?:notice|notification)"
    r"|i am (?:currently )?away|holiday reply|(?:thư )?(?:trả|tra) (?:lời|loi) (?:tự|tu) (?:động|dong)"
    r"|(?:thư )?(?:tự|tu) (?:động|dong) (?:trả|tra) (?:lời|loi)"
    r"|(?:phản|phan) (?:hồi|hoi) (?:tự|tu) (?:động|dong)"
    r"|(?:tự|tu) (?:động|dong) (?:phản|phan) (?:hồi|hoi)|thư tự động"
    r"|thông báo (?:vắng mặt|nghỉ phép|đi vắng)|vắng mặt|đi vắng|nghỉ phép"
    r"|không có mặt tại (?:cơ quan|văn phòng)|abwesenheits\w*|automatische (?:antwort|abwesenheit)\w*"
    r"|réponse automatique|absence du bureau|absent[e]? du bureau|respuesta autom[aá]tica"
    r"|fuera de (?:la )?oficina|resposta autom[aá]tica|aus[eê]ncia (?:tempor|do escr)\w*"
    r"|risposta automatica|fuori (?:sede|ufficio)|automatyczna odpowiedź|autoodpowied\w*|автоответ\w*"
    r"|автоматический ответ|автоматична відповідь|automatisch antwoord|afwezig(?:heid)?\w*|autosvar"
    r"|automatiskt? svar|frånvaro\w*|fravær\w*|automatick[áa] odpov\w+|automatikus válasz"
    r"|otomatik yan[ıi]t|automaattinen vastaus|poissa\w*|αυτόματη απάντηση|balasan otomatis|自動応答|自動返信"
    r"|不在(?:通知|のお知らせ|連絡)|自动回复|自动答复|自動回覆|外出(?:通知|中)"
    r"|자동 ?(?:회신|응답|답장)|부재 ?중|ตอบกลับอัตโนมัติ"
)
STARTS = re.compile(
    rf"\W{{0,6}}(?:{SUBJECT})(?=\W*(?:$|[:：\-–—.!,(\[\])】]|\s+(?:tại|từ|re|until|from|to|till|đến|for"
    r"|auto\w*|message|notice|on|back|\d)\b))",
    re.IGNORECASE,
)
TAGGED = re.compile(
    rf"^.{{0,60}}\bis (?:currently )?out of (?:the )?office\b"
    rf"|(?:^|[:：]\s*)\[(?:{SUBJECT})\]|\((?:{SUBJECT})\)\s*$"
    rf"|[-–—:]\s*(?:{SUBJECT})\W*$",
    re.IGNORECASE,
)
STATES = re.compile(
    r"(?:accepted|declined|tentative|đã chấp nhận|đã từ chối|tạm chấp nhận|canceled|read|đã đọc"
    r"|not read)\s*:",
    re.IGNORECASE,
)
REPLY = re.compile(r"\s*(?:(?:re|aw|sv|antw?|trả lời|tra loi|tl)\s*(?:\[\d+\])?\s*[:：]\s*)+", re.IGNORECASE)

# What follows is matched without accents, for mails that have none.
SAYS_SO = re.compile(
    r"this is an? (?:auto(?:matic|mated|-?generated|-?reply)|out of (?:the )?office)"
    r"|automat(?:ic|ed) (?:e-?mail |out.of.office )?(?:reply|response|answer|acknowledge|notification)"
    r"|auto-?(?:reply|response|responder|generated (?:e-?mail|message|response))"
    r"|(?:e-?mail|message|mail|notification) (?:was |is |has been )?(?:automatically (?:generated"
    r"|sent|created)|generated automatically|sent automatically)"
    r"|(?:please )?do ?(?:not|n.t) (?:reply|respond) (?:directly )?to this"
    r"|(?:day la |thu nay (?:la |duoc )?)?(?:thu |tin nhan |email |e-mail "
    r"|phan hoi )(?:nay )?(?:la )?(?:duoc )?(?:gui |tra loi |phan hoi )?(?:mot cach )?tu dong"
    r"|tra loi tu dong|tu dong tra loi|phan hoi tu dong"
    r"|(?:xin |vui long )?(?:dung|khong) (?:tra loi|phan hoi) (?:lai )?(?:vao )?(?:thu|email|e-mail"
    r"|tin nhan) nay"
    r"|he thong (?:gui )?tu dong"
    r"|(?:only|one-?time) (?:automated )?(?:notification|message|reply) you will receive"
    r"|automatisch (?:generiert|erstellt)|reponse automatique|respuesta automatica|nicht auf diese",
    re.IGNORECASE,
)
ABSENT = re.compile(
    r"\b(?:i am|i.m|i will be|i.ll be|we are|(?:he|she) is|am|is"
    r"|will be)\b[^.\n]{0,40}(?:out of (?:the |my )?office|on (?:annual |sick |maternity "
    r"|parental )?leave|on (?:vacation|holidays?)|away|abroad|travell?ing|not in the office"
    r"|out of town|unavailable)"
    r"|out of (?:the |my )?office|away from (?:the |my )?(?:office|desk|mail|e-?mail)"
    r"|limited access to (?:my )?(?:e-?mail|mail)|no longer (?:work|with|employed)"
    r"|(?:toi|minh|em|chi|anh|ong|ba)\b[^.\n]{0,40}(?:nghi phep|nghi le|nghi thai san|nghi om|di vang"
    r"|vang mat|di cong tac|khong co mat|da nghi huu|da chuyen cong tac|khong lam viec)"
    r"|hien (?:tai |nay )?(?:toi |dang )*(?:nghi phep|vang mat|di vang|di cong tac|khong co mat)"
    r"|nicht im (?:buro|haus)|abwesend|im urlaub|absent[e]? (?:du|jusqu)|en conges|fuera de la oficina"
    r"|de vacaciones|fora do escritorio|de ferias|fuori ufficio|in ferie",
    re.IGNORECASE,
)
INSTEAD = re.compile(
    r"(?:contact|call|reach|e-?mail|write to|speak (?:to|with)|refer to|forward)\b[^.\n]{0,80}(?:@"
    r"|my colleague|instead|urgent|immediate|\d{4})"
    r"|(?:urgent|emergenc|immediate|in my absence)[^.\n]{0,80}(?:contact|call|please|e-?mail|reach)"
    r"|(?:on|upon|after|when) (?:my |i )?(?:return|get back|am back)|as soon as (?:i|possible)"
    r"|will (?:respond|reply|get back|answer|read)|back (?:in the office )?on"
    r"|(?:lien he|goi|lien lac|trao doi)[^.\n]{0,60}(?:@|\d{4}|dong chi|anh|chi|so may|dien thoai"
    r"|nguoi)"
    r"|(?:khan cap|viec gap|truong hop can)"
    r"|(?:se |tra loi |phan hoi |xu ly )[^.\n]{0,40}(?:khi (?:tro lai|ve|quay lai|di lam)|ngay khi"
    r"|sau khi|som nhat)"
    r"|cam on (?:ban|quy|anh|ong)[^.\n]{0,30}da (?:gui|lien he)|wenden sie|contacter|contactar"
    r"|contattare",
    re.IGNORECASE,
)
RECEIVED = re.compile(
    r"(?:your|the) (?:request|ticket|message|e-?mail|enquiry|inquiry|case|support request|issue"
    r"|mail)[^.\n]{0,60}(?:has been|was|is) (?:successfully )?(?:received|created|opened|registered"
    r"|logged|assigned|queued)"
    r"|(?:we|i) have received your (?:e-?mail|message|request|enquiry|inquiry|mail)"
    r"|thank you for (?:contacting|your (?:e-?mail|message|inquiry|enquiry|request|mail)|writing"
    r"|getting in touch)"
    r"|(?:ticket|case|request|reference) (?:id|number|no\.?|#)|chung toi da (?:nhan duoc|tiep nhan)"
    r"|(?:yeu cau|thu|email|phieu)[^.\n]{0,40}da duoc (?:tiep nhan|ghi nhan|nhan|tao)"
    r"|he thong da (?:tiep nhan|ghi nhan|nhan)|cam on (?:ban|quy)[^.\n]{0,20} da (?:lien he|gui)",
    re.IGNORECASE,
)
CHALLENGE = re.compile(
    r"(?:click|follow|visit|reply)[^\n]{0,80}(?:link|below|verify|confirm|url)[\s\S]{0,200}(?:deliver"
    r"|allowed list|approved|whitelist|guest list|inbox|sender)"
    r"|(?:added to|on) (?:the |my )?[^.\n]{0,30}(?:allowed|approved|white|guest|safe)[ -]?(?:list"
    r"|senders?)"
    r"|waitlisted|(?:protected by|uses)[^.\n]{0,60}(?:spam|bluebottle|boxbe|spamarrest|challenge)"
    r"|confirm that you[^.\n]{0,40}(?:sent|are)"
    r"|xac (?:nhan|thuc|minh)[^.\n]{0,40}(?:nguoi gui|dia chi|ban (?:khong phai"
    r"|la))[^.\n]{0,60}(?:thu|de)"
    r"|nhan vao (?:lien ket|duong dan)[^.\n]{0,60}(?:de (?:thu|xac)|xac)",
    re.IGNORECASE,
)
# People who write to this mailbox write about these, and their program quotes the rest below.
OF_A_CLERK = re.compile(
    r"bao cao|gia han|so lieu|cong van|gui kem|dinh kem|kinh gui|bieu mau|khong phat sinh|phu luc",
)
ROBOT = re.compile(
    r"(?:no-?_?reply|do-?_?not-?_?reply|noreply\w*|\w*-noreply|notifications?|alerts?|nagios|zabbix"
    r"|prtg|monitor(?:ing)?|cron|autoreply|auto-?respon\w*|bounces?|listserv|majordomo|robot|daemon"
    r"|logwatch|backup)(?:[+=_-][^@]*)?@",
    re.IGNORECASE,
)
QUOTE = re.compile(
    r"^[ \t]*(?:>|-{2,} ?(?:original|forwarded|thư gốc|tin nhắn gốc)|on .{8,120} wrote:"
    r"|vào .{6,120}(?:đã )?viết:|.{6,120} đã viết:|from: .{3,}|từ: .{3,}|đã gửi: |sent: )",
    re.IGNORECASE | re.MULTILINE,
)
# How each letter of ours begins and ends (templates/vi).
OUR_BEGINNING = re.compile(r"\W{0,20}kinh gui\b")
OUR_FOOTER = "thu duoc gui tu dong tu he thong tiep nhan bao cao"
