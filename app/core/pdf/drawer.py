"""One page of a PDF as a JPEG. A process of its own, that knows nothing of the house: the file comes in, the number of its
pages and the picture go out, and what it may use is bounded before the first byte is read.

    python -I drawer.py <page> <width> < file.pdf
"""

import sys

#: of memory, and of the processor's time
MOST_BYTES, MOST_SECONDS = 1024 * 1024 * 1024, 6
#: a page is drawn at most so many times as high as wide
TALLEST = 3
UNREADABLE, NO_SUCH_PAGE = 3, 4


def bound() -> None:
    """Nothing is opened, written or started by it; where a system knows a bound not, the others hold."""
    import resource

    bounds = [
        (resource.RLIMIT_CPU, MOST_SECONDS), (resource.RLIMIT_AS, MOST_BYTES), (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_CORE, 0), (resource.RLIMIT_NPROC, 0),
    ]  # fmt: skip
    for which, most in bounds:
        try:
            resource.setrlimit(which, (most, most))
        except (ValueError, OSError):
            continue


def draw(data: bytes, number: int, width: int) -> int:
    import pypdfium2
    from PIL import Image  # noqa: F401  (before it is needed: later nothing may be opened)

    try:
        document = pypdfium2.PdfDocument(data)
        count = len(document)
        if not 1 <= number <= count:
            return NO_SUCH_PAGE
        page = document[number - 1]
        wide, high = page.get_size()
        scale = min(width / max(wide, 1), TALLEST * width / max(high, 1))
        picture = page.render(scale=scale, may_draw_forms=False).to_pil().convert("RGB")
    except (pypdfium2.PdfiumError, MemoryError, ValueError, OSError):
        return UNREADABLE
    out = sys.stdout.buffer
    out.write(b"%d\n" % count)
    picture.save(out, "JPEG", quality=80)
    out.flush()
    return 0


if __name__ == "__main__":
    bound()
    sys.exit(draw(sys.stdin.buffer.read(), int(sys.argv[1]), int(sys.argv[2])))
