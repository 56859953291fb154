"""What is said about a file?  For each kind of problem the outcome, and what, why and what to do, in Chinese and English."""

from __future__ import annotations

from typing import NamedTuple


class Message(NamedTuple):
    outcome: str  # loaded, repaired, refused, ignored
    chinese: str
    english: str


def _table(rows: str) -> dict[str, Message]:
    lines = [line.strip() for line in rows.strip().splitlines() if not line.lstrip().startswith("#")]
    return {head.split()[0]: Message(head.split()[1], *rest) for head, *rest in zip(lines[::3], lines[1::3], lines[2::3])}


# Kind and outcome, Chinese, English; {count} and {detail} are filled in. Kinds never change their meaning; new ones are added.
MESSAGES: dict[str, Message] = _table(r"""
    # loaded, with a remark that changes nothing in the text
    archive loaded
        压缩包，内有 {count} 个文件，逐一列出
        An archive of {count} files, each listed by itself
    metadata_table loaded
        作为元数据表使用
        Used as the table of metadata
    annotations loaded
        brat 标注或设置文件，随同名文本使用
        Annotations or settings of brat; they go with the text of the same name
    annotations_read loaded
        brat 标注，载入 {count} 处
        Annotations of brat; {count} spans were read
    annotation_aside loaded
        {count} 行事件、等价或链接（{detail}）在标注表中没有位置，未载入
        {count} lines of events, equivalences or links ({detail}) have no place in the table of spans and were left out
    annotation_labels loaded
        {count} 种标注类别不在本项目的类别之中，原样保留：{detail}
        {count} labels are not in the project's set and were kept as they are: {detail}
    metadata_unused loaded
        元数据表中有 {count} 行没有对应的文件：{detail}
        {count} rows of the metadata fit no file: {detail}
    metadata_repeated loaded
        元数据表中 {detail} 出现不止一次，采用最后一次
        {detail} stands in the metadata more than once; the last row counts
    metadata_without_key loaded
        元数据表有 {count} 行没有写明文件
        {count} rows of the metadata name no file
    empty_body loaded
        除标题、日期等外没有正文，请核对文件
        No body beside title and date; check the file
    bad_date loaded
        日期“{detail}”不成立或不明确，未采用；请改为 2021-02-04 的写法
        The date “{detail}” does not exist or is ambiguous and was left out; write it as 2021-02-04
    date_differs loaded
        日期说法不一：{detail}；采用前者，如有误请在 metadata.csv 中写明
        Dates differ: {detail}; the first was taken. State the right one in metadata.csv
    duplicate_kept loaded
        与 {detail} 相同，按 duplicates="keep" 仍然保留
        The same as {detail}; kept all the same, as duplicates="keep" asks
    near_duplicate loaded
        与 {detail} 几乎相同，两者都保留
        Nearly the same as {detail}; both are kept
    text_column_guessed loaded
        未指明正文列，采用唯一的长文本列“{detail}”；可用 --text-column 指定
        No column is named as the text; the only one with long texts, “{detail}”, was taken. --text-column names another
    other_text_columns loaded
        另有 {count} 列也像正文列，采用文字最多的一列（其余 / 采用：{detail}）；可用 --text-column 指定
        {count} more columns look like texts; the one with most text was taken (others / taken: {detail}). --text-column names another
    no_header loaded
        没有表头，首行即是讲话；各列以“列1”“列2”为名
        There is no header, the first row is a speech; the columns are called 列1, 列2
    sheets_without_text loaded
        {count} 张工作表没有正文列，未载入：{detail}
        {count} sheets have no column of texts and were not loaded: {detail}
    hidden_sheets loaded
        {count} 张隐藏的工作表未载入：{detail}
        {count} hidden sheets were not loaded: {detail}
    rows_without_text loaded
        {count} 行没有正文，未载入
        {count} rows hold no text and were not loaded
    traditional loaded
        繁体文本；分析时对照简体，原文不变
        A text in traditional characters; analysed through a simplified view, unaltered itself
    no_suffix loaded
        文件名没有扩展名，按内容读取
        The file name has no suffix; read by its content
    notes loaded
        {count} 条脚注或尾注列在正文之后，不计入讲话
        {count} foot- or endnotes stand after the body and do not count as speech
    numbers_written loaded
        {count} 个自动编号已写成文字
        {count} automatic numbers were written out as text
    lost_before loaded
        文件中原有 {count} 个 �（此前转换时失去的字）；请对照原件
        The file itself holds {count} �: characters lost before it was saved. Compare the original
    tracked_insertions loaded
        {count} 处修订插入按接受处理
        {count} tracked insertions were accepted
    # something was mended, converted or left out: the text is not byte for byte what the file holds
    encoding repaired
        由 {detail} 编码转来
        Converted from {detail}
    encoding_uncertain repaired
        编码不能确定，按 {detail} 读取；请核对文字，或另存为 UTF-8
        The encoding is uncertain, read as {detail}; check the text or save it as UTF-8
    mixed_encodings repaired
        文件以 {detail} 为主，另有 {count} 行是别的编码，已分别转换
        Mostly {detail}; {count} lines in another encoding were converted on their own
    mojibake_mended repaired
        文字曾以错误编码保存，已完整还原；请核对
        The text had been saved in a wrong encoding and was put back in full; check it
    strange_text repaired
        文字不像中文，可能是乱码或别种语言；请核对
        The text does not look like Chinese: garbled, or another language; check it
    garbled_lines repaired
        {count} 行像是乱码（可能缺了字节）；请对照原件
        {count} lines look garbled (a byte may be missing); compare the original
    undecodable repaired
        {count} 处字节无法按 {detail} 解码，以 � 代替；请对照原件
        {count} bytes were no {detail} and were replaced by �; compare the original
    false_mark repaired
        文件开头的 {detail} 标记与内容不符，已删去
        The file opens with the mark of {detail}, which its content is not; the mark was taken out
    surrogate_pairs repaired
        {count} 个字写成了两个代理字符（CESU-8），已合为一字
        {count} characters were written as pairs of surrogates (CESU-8) and were put together
    line_ends repaired
        {count} 处换行符统一为 \n
        {count} line ends were made \n
    nul repaired
        删去 {count} 处空字符（NUL）
        {count} runs of NUL were taken out
    control repaired
        删去 {count} 个控制字符
        {count} control characters were taken out
    zero_width repaired
        删去 {count} 个零宽字符或软连字符
        {count} zero-width characters or soft hyphens were taken out
    bidi repaired
        删去 {count} 个书写方向控制符
        {count} direction marks were taken out
    surrogate repaired
        {count} 个残缺的代理字符以 � 代替
        {count} broken surrogates were replaced by �
    private_use repaired
        有 {count} 个私用区字符（自造字），原样保留；请核对字形
        {count} private-use characters were kept as they are; check what they stand for
    salvaged repaired
        压缩结构已损坏，从完好的部分读出；请对照原件
        The file is damaged; read from the parts that are whole. Compare the original
    outside_directory repaired
        目录之前另有未列入目录的压缩内容（可能由两个压缩包拼接而成），未载入；请分开后再试
        There is packed content before what the directory lists (two archives joined?), not loaded; take them apart
    notes_left_out repaired
        {count} 条脚注或尾注在正文中没有引用，未载入
        {count} foot- or endnotes that the text does not refer to were left out
    tracked_deletions repaired
        {count} 处修订删除按接受处理，未载入
        {count} tracked deletions were accepted and left out
    moved_text repaired
        {count} 处移动的文字只在新位置载入
        {count} moved passages were read at their new place only
    hidden_text repaired
        {count} 处隐藏文字未载入
        {count} pieces of hidden text were left out
    unread_elements repaired
        网页中 {count} 处元素（{detail}）的文字未载入
        The text of {count} elements of the page ({detail}) was left out
    charts repaired
        {count} 个图表的文字未载入
        The text of {count} charts was left out
    fields_without_result repaired
        {count} 处域（{detail}）没有存下结果，未载入；请对照原件
        {count} fields ({detail}) hold no result and were left out; compare the original
    header_footer repaired
        {count} 处页眉页脚未载入
        {count} page headers or footers were left out
    pdf_text repaired
        由 PDF 的印刷行合并成段，请抽查分段
        Printed lines were joined to paragraphs; check a sample of them
    pages_without_text repaired
        {count} 页没有文字（第 {detail} 页），可能是扫描图片；需要时请先做文字识别
        {count} pages hold no text (page {detail}), perhaps scans; run OCR if they matter
    pages_read_twice repaired
        {count} 页由第二个阅读器补读
        {count} pages were read by the second reader, which had more
    pages_sorted repaired
        {count} 页的各行自下而上画出，已按位置排列；请核对顺序
        {count} pages draw their lines upwards; they were put in order by position. Check the order
    form_fields repaired
        {count} 个表单栏目中填写的内容未载入
        What is filled in at {count} fields of a form was left out
    flattened repaired
        网页嵌套过深，未按版面分块，只取文字
        The page is nested too deep; its text was taken without its layout
    layout_spaces repaired
        删去 {count} 个空格：只是字距拉开所致
        {count} spaces were taken out that only showed how far apart the characters are set
    radicals_folded repaired
        {count} 个部首字符（如 ⼈）换成普通汉字
        {count} radical signs (such as ⼈) were replaced by ordinary characters
    bad_rows repaired
        {count} 行不是 JSON 对象，未载入
        {count} lines are no JSON object and were left out
    rows_too_long repaired
        {count} 行的列数多于表头，多出的格子未载入
        {count} rows have more cells than the header; the surplus was left out
    unclosed_quote repaired
        引号不成对，有的行可能连在一起；请核对
        Quotation marks do not pair; rows may have run together. Check the file
    annotation_lines repaired
        {count} 行标注读不懂或指向不存在的标注，未载入（第 {detail} 行）
        {count} lines of annotation cannot be read or point at nothing and were left out (line {detail})
    annotation_differs repaired
        {count} 处标注与所指位置的文字不符，未载入（第 {detail} 行）；.txt 是否改动过？
        {count} annotations differ from the text they point at and were left out (line {detail}); was the .txt changed?
    # refused: no usable text
    annotations_without_text refused
        没有载入 {detail}，标注无处可放
        {detail} was not loaded, so the annotations have no text
    unreadable refused
        打不开：{detail}；请检查权限
        Cannot be opened: {detail}; check its permissions
    empty_file refused
        空文件，没有文字
        The file is empty
    no_text refused
        文件中没有文字
        There is no text in the file
    not_text refused
        不是可读的文字（可能是图片、程序或其他格式）；请核对文件
        No readable text (an image, a program or another format?); check the file
    wrong_content refused
        内容不是 {detail}，文件可能已损坏；请重新下载或另存
        The content is no {detail}; the file may be damaged. Fetch or save it again
    unsupported refused
        不支持此格式（{detail}）；请用 Word 或 WPS 打开，另存为 docx、pdf 或 txt
        Format {detail} is not supported; open it in Word or WPS and save it as docx, pdf or txt
    picture refused
        这是图片（{detail}）；请先做文字识别，再存为 txt 或 docx
        This is a picture ({detail}); recognise its text (OCR) and save that as txt or docx
    sound refused
        这是录音或视频（{detail}）；请先转写成文字，再存为 txt 或 docx
        This is sound or video ({detail}); have it transcribed and save that as txt or docx
    packed refused
        这是本程序不解的压缩包（{detail}）；请先解压，或改存为 zip
        This is an archive that is not unpacked here ({detail}); unpack it, or save it as zip
    encrypted refused
        有密码保护；请去掉密码后另存
        Protected by a password; save it without one
    no_document refused
        压缩包中没有 Word 正文；请用 Word 打开另存
        There is no Word document inside; open it in Word and save it again
    damaged_archive refused
        文件损坏或不完整（{detail}）；请重新下载或用 Word 修复后另存
        Damaged or incomplete ({detail}); fetch it again, or let Word repair and save it
    damaged_xml refused
        文件内部损坏（{detail}）；请用 Word 修复后另存
        Damaged inside ({detail}); let Word repair and save it
    damaged_pdf refused
        PDF 损坏，读不出页面；请重新下载
        The PDF is damaged, no page can be read; fetch it again
    damaged_table refused
        表格损坏（{detail}）；请重新导出
        The table is damaged ({detail}); export it again
    xml_entities refused
        文件内声明了 XML 实体，可能有害，未读取
        It declares XML entities, which may do harm; not read
    no_text_layer refused
        {detail} 页都没有文字，像是扫描图片；请先做文字识别（OCR）
        No text on any of {detail} pages: it looks like scanned images; run OCR first
    unreadable_pdf refused
        PDF 的字体没有字符对照表，读出的是乱码；请先做文字识别（OCR），或找原稿
        The fonts of the PDF have no table of characters, so its text is garbage; run OCR first, or find the source
    empty_table refused
        表中没有可用的行
        There is no usable row in the table
    no_text_column refused
        没有找到正文列；现有列：{detail}。请用 --text-column 指定
        No column of texts; there are: {detail}. Name one with --text-column
    no_such_column refused
        没有这一列：{detail}
        No such column: {detail}
    needs_pyarrow refused
        读取 Parquet 需要 pyarrow：pip install pyarrow
        Reading Parquet needs pyarrow: pip install pyarrow
    too_big refused
        文件过大（{detail}）；请拆开，或放宽 limits
        The file is too big ({detail}); split it, or raise the limits
    expands_too_much refused
        展开后过大（{detail}），可能是压缩炸弹，未读取
        It unpacks to too much ({detail}), perhaps a zip bomb; not read
    too_many_parts refused
        内含文件过多（{detail}）
        Too many files inside ({detail})
    too_many_pages refused
        页数过多（{detail}）；请拆开
        Too many pages ({detail}); split it
    too_many_rows refused
        行数过多（{detail}）；请拆开
        Too many rows ({detail}); split it
    too_deep refused
        文件夹层次过深（{detail}）
        Folders are nested too deep ({detail})
    nested_too_deep refused
        层层嵌套过深，未读取
        Nested too deep; not read
    unsafe_name refused
        压缩包内的路径指向包外，未读取
        Its path points out of the archive; not read
    time_limit refused
        {detail} 秒内没有读完，已中止
        Not read within {detail} seconds; stopped
    memory_limit refused
        读取所需内存超过上限，已中止
        Reading it takes more memory than the limit; stopped
    reader_crashed refused
        读取时阅读器崩溃，文件可能损坏或有害
        The reader crashed on it; the file may be damaged or hostile
    reader_failed refused
        读取失败（{detail}）；请另存后再试
        Reading failed ({detail}); save it anew and try again
    link_outside refused
        链接指向文件夹之外，未跟随；请把文件复制进来
        A link out of the folder, not followed; copy the file in
    broken_link refused
        链接指向的文件不存在
        The link points to nothing
    # left out on purpose
    link_inside ignored
        链接，指向本文件夹中的 {detail}
        A link to {detail} in this folder
    special_file ignored
        管道、设备等特殊文件，未打开
        A pipe, device or the like; not opened
    empty_folder ignored
        空文件夹
        An empty folder
    empty_archive ignored
        空压缩包
        An empty archive
    about_file ignored
        说明或许可文件，不作讲话载入；如是讲话请改名
        A file about the folder (README, licence), not loaded as a speech; rename it if it is one
    hidden_file ignored
        系统、临时或隐藏文件，略过
        A system, temporary or hidden file; passed over
    duplicate_file ignored
        与 {detail} 逐字节相同，只保留一份
        Byte for byte the same as {detail}; kept once
    duplicate_text ignored
        正文与 {detail} 相同，只保留一份
        The same text as {detail}; kept once
""")


def fill(kind: str, count: int = 1, detail: str = "") -> tuple[str, str]:
    """Chinese and English sentence for a kind of problem.

    >>> fill("empty_file")[0]
    '空文件，没有文字'
    """
    message = MESSAGES[kind]

    def filled(sentence: str) -> str:  # not str.format: the detail comes from outside and may hold braces
        before, blank, after = sentence.replace("{count}", str(count)).partition("{detail}")
        return before + detail + after if blank else before

    return filled(message.chinese), filled(message.english)
