"""What is raised when a value is refused."""

from app.core.words import Say, say


class BadValue(ValueError):  # noqa: N818 (reads as a sentence where it is raised)
    """A value that would have to be asked about: `sentence` says what is wrong and what is wanted.

    It is a ValueError, so a form shows it at its field as it stands. It may end up in logs and
    fault lists, so it never repeats what was typed, but for a day that is not in the calendar.
    """

    def __init__(self, sentence: Say) -> None:
        self.sentence = sentence
        super().__init__(sentence)


UNREADABLE = say("看不明白这个值，请重新填写。", "This value can't be read; please enter it again.")
TOO_LONG = say("内容太长，请检查。", "This is too long for its field; please check it.")
NOT_A_NUMBER = say("这不是一个可用的数字，请重新填写。", "This is not a usable number; please enter it again.")
EXCEL_ROUNDED = say(
    "Excel 把这个号码当成数字四舍五入了，后几位已丢失；请把单元格设为“文本”，照证件重新填写。",
    "Excel took this for a number and rounded it: its last digits are lost. "
    "Format the cell as text and enter it again from the document.",
)
