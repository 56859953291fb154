"""What is said about a file?  For each kind of problem the outcome, and what, why and what to do, in Chinese and English."""

from __future__ import annotations

from typing import NamedTuple


class Message(NamedTuple):
    outcome: str  # loaded, repaired, refused, ignored
    chinese: str
    english: str


MESSAGES: dict[str, Message] = {
    # loaded, with a remark
    "empty_body": Message("loaded", "除标题、日期等外没有正文，请核对文件", "No body beside title and date; check the file"),
    "bad_date": Message("loaded", "日期“{detail}”不成立或不明确，未采用；请改为 2021-02-04 的写法",
                        "The date “{detail}” does not exist or is ambiguous and was left out; write it as 2021-02-04"),
    "date_differs": Message("loaded", "日期说法不一：{detail}；采用前者，如有误请在 metadata.csv 中写明",
                            "Dates differ: {detail}; the first was taken. State the right one in metadata.csv"),
    "metadata_table": Message("loaded", "作为元数据表使用", "Used as the table of metadata"),
    "metadata_unused": Message("loaded", "元数据表中有 {count} 行没有对应的文件：{detail}", "{count} rows of the metadata fit no file: {detail}"),
    # repaired
    "encoding": Message("repaired", "由 {detail} 编码转来", "Converted from {detail}"),
    "encoding_uncertain": Message("repaired", "编码不能确定，按 {detail} 读取；请核对文字，或另存为 UTF-8", "The encoding is uncertain, read as {detail}; check the text or save it as UTF-8"),
    "mixed_encodings": Message("repaired", "文件以 {detail} 为主，另有 {count} 行是别的编码，已分别转换", "Mostly {detail}; {count} lines in another encoding were converted on their own"),
    "mojibake_mended": Message("repaired", "文字曾以错误编码保存，已完整还原；请核对", "The text had been saved in a wrong encoding and was put back in full; check it"),
    "strange_text": Message("repaired", "文字不像中文，可能是乱码或别种语言；请核对", "The text does not look like Chinese: garbled, or another language; check it"),
    "garbled_lines": Message("repaired", "{count} 行像是乱码（可能缺了字节）；请对照原件", "{count} lines look garbled (a byte may be missing); compare the original"),
    "nul": Message("repaired", "删去 {count} 处空字符（NUL）", "{count} runs of NUL were taken out"),
    "control": Message("repaired", "删去 {count} 个控制字符", "{count} control characters were taken out"),
    "zero_width": Message("repaired", "删去 {count} 个零宽字符或软连字符", "{count} zero-width characters or soft hyphens were taken out"),
    "bidi": Message("repaired", "删去 {count} 个书写方向控制符", "{count} direction marks were taken out"),
    "surrogate": Message("repaired", "{count} 个残缺的代理字符以 � 代替", "{count} broken surrogates were replaced by �"),
    "private_use": Message("repaired", "有 {count} 个私用区字符（自造字），原样保留；请核对字形", "{count} private-use characters were kept as they are; check what they stand for"),
    "line_ends": Message("repaired", "{count} 处换行符统一为 \\n", "{count} line ends were made \\n"),
    "undecodable": Message("repaired", "{count} 处字节无法按 {detail} 解码，以 � 代替", "{count} bytes were no {detail}; replaced by �"),
    # left out
    "unreadable": Message("refused", "打不开：{detail}；请检查权限", "Cannot be opened: {detail}; check its permissions"),
    "not_text": Message("refused", "不是可读的文字（可能是图片、程序或其他格式）；请核对文件", "No readable text (an image, a program or another format?); check the file"),
    "empty_file": Message("refused", "空文件，没有文字", "The file is empty"),
    "unsupported": Message("refused", "不支持此格式（{detail}）；请另存为 docx、pdf 或 txt", "Format {detail} is not supported; save it as docx, pdf or txt"),
    "duplicate_file": Message("ignored", "与 {detail} 完全相同，只保留一份", "Byte for byte the same as {detail}; kept once"),
    "duplicate_text": Message("ignored", "正文与 {detail} 相同，只保留一份", "The same text as {detail}; kept once"),
    "hidden_file": Message("ignored", "系统或隐藏文件，略过", "A system or hidden file; passed over"),
}


def fill(kind: str, count: int = 1, detail: str = "") -> tuple[str, str]:
    """Chinese and English sentence for a kind of problem.

    >>> fill("empty_file")[0]
    '空文件，没有文字'
    """
    message = MESSAGES[kind]
    blanks = {"{count}": str(count), "{detail}": detail}
    sentences = []
    for sentence in (message.chinese, message.english):
        for blank, value in blanks.items():  # not str.format: the detail comes from outside and may hold braces
            sentence = sentence.replace(blank, value)
        sentences.append(sentence)
    return sentences[0], sentences[1]
