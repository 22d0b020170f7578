"""How long attachments take to be read: the first one, which begins the child, and those after it.

Run as `python bench/attachments.py [ROUNDS]`; the documents are those of the tests, each of a page or two.
"""

import statistics
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent / "tests"))

from extract.papers import FILES, a_mail, docx, paragraph, scanned_pdf, zipped

from mailbot.inbox.extract import Reader

# The words of some eight pages, of which the first 20,000 characters are kept.
LONG = docx(paragraph("Trong tháng, Sở đã tham mưu Ủy ban nhân dân tỉnh điều hành ngân sách. " * 6) * 60)


def main() -> None:
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 30
    files = {file.name: file.read_bytes() for file in sorted(FILES.glob("[rt]*.*"))}
    files |= {"eight pages.docx": LONG, "three of them.zip": zipped({f"{n}.docx": LONG for n in range(3)})}
    with tempfile.TemporaryDirectory() as folder, Reader(ocr=False) as reader:
        path, mail = a_mail(Path(folder), {"a.txt": b"x"})
        began = time.perf_counter()
        reader.read(path, mail)
        print(f"{'the first mail, with the child':32} {(time.perf_counter() - began) * 1000:8.1f} ms")
        for name, octets in files.items():
            show(name, reader, Path(folder), octets, rounds)
    with tempfile.TemporaryDirectory() as folder, Reader() as reader:
        picture = (FILES / "scan.png").read_bytes()
        show("a scanned page, recognised", reader, Path(folder), scanned_pdf(picture), 3)


def show(name: str, reader: Reader, folder: Path, octets: bytes, rounds: int) -> None:
    path, mail = a_mail(folder, {name: octets})
    reader.read(path, mail)
    taken = []
    for _ in range(rounds):
        began = time.perf_counter()
        reader.read(path, mail)
        taken.append((time.perf_counter() - began) * 1000)
    print(f"{name:32} {statistics.median(taken):8.1f} ms, slowest {max(taken):8.1f}")


if __name__ == "__main__":
    main()
