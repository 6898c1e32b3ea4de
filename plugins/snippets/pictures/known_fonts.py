"""Fonts that are worth setting a page in, the best first; names of files and families only.

Noto's collections are the same outlines for five regions: SC draws Chinese as the mainland does,
KR has the narrow quotation marks and dashes that English wants.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Family:
    """Files of a family; `name` and the styles pick a face out of a collection."""

    regular: str
    bold: str = ""
    name: str = ""
    regular_styles: tuple[str, ...] = ()
    bold_styles: tuple[str, ...] = ()


HEI = (
    Family("NotoSansCJK-Regular.ttc", "NotoSansCJK-Bold.ttc", "Noto Sans CJK SC"),
    Family("NotoSansCJKsc-Regular.otf", "NotoSansCJKsc-Bold.otf"),
    Family("NotoSansSC-Regular.otf", "NotoSansSC-Bold.otf"),
    Family("NotoSansSC-Regular.ttf", "NotoSansSC-Bold.ttf"),
    Family("SourceHanSansSC-Regular.otf", "SourceHanSansSC-Bold.otf"),
    Family("SourceHanSansCN-Regular.otf", "SourceHanSansCN-Bold.otf"),
    Family("SourceHanSans-Regular.ttc", "SourceHanSans-Bold.ttc", "Source Han Sans SC"),
    Family("NotoSansCJK-VF.ttc", "NotoSansCJK-VF.ttc", "Noto Sans CJK SC"),
    Family("NotoSansSC[wght].ttf", "NotoSansSC[wght].ttf"),
    Family("NotoSansSC-VF.ttf", "NotoSansSC-VF.ttf"),
    Family("PingFang.ttc", "PingFang.ttc", "PingFang SC", ("Regular",), ("Semibold",)),
    Family("Hiragino Sans GB.ttc", "Hiragino Sans GB.ttc", "Hiragino Sans GB", ("W3",), ("W6",)),
    Family("STHeiti Light.ttc", "STHeiti Medium.ttc", "Heiti SC"),
    Family("msyh.ttc", "msyhbd.ttc", "Microsoft YaHei"),
    Family("msyh.ttf", "msyhbd.ttf"),
    Family("Deng.ttf", "Dengb.ttf"),
    Family("simhei.ttf"),
    Family("wqy-microhei.ttc", "", "WenQuanYi Micro Hei"),
    Family("wqy-zenhei.ttc", "", "WenQuanYi Zen Hei"),
    Family("DroidSansFallbackFull.ttf"),
    Family("simsun.ttc", "", "SimSun"),
)

SONG = (
    Family("NotoSerifCJK-Bold.ttc", "NotoSerifCJK-Bold.ttc", "Noto Serif CJK SC"),
    Family("NotoSerifCJKsc-Bold.otf", "NotoSerifCJKsc-Bold.otf"),
    Family("NotoSerifSC-Bold.otf", "NotoSerifSC-Bold.otf"),
    Family("NotoSerifSC-Bold.ttf", "NotoSerifSC-Bold.ttf"),
    Family("SourceHanSerifSC-Bold.otf", "SourceHanSerifSC-Bold.otf"),
    Family("SourceHanSerifCN-Bold.otf", "SourceHanSerifCN-Bold.otf"),
    Family("SourceHanSerif-Bold.ttc", "SourceHanSerif-Bold.ttc", "Source Han Serif SC"),
    Family("NotoSerifCJK-VF.ttc", "NotoSerifCJK-VF.ttc", "Noto Serif CJK SC"),
    Family("NotoSerifSC[wght].ttf", "NotoSerifSC[wght].ttf"),
    Family("NotoSerifSC-VF.ttf", "NotoSerifSC-VF.ttf"),
    Family("Songti.ttc", "Songti.ttc", "Songti SC", ("Bold",), ("Bold",)),
)

SANS = (
    Family("NotoSansCJK-Regular.ttc", "NotoSansCJK-Bold.ttc", "Noto Sans CJK KR"),
    Family("NotoSans-Regular.ttf", "NotoSans-Bold.ttf"),
    Family("NotoSans[wght].ttf", "NotoSans[wght].ttf"),
    Family("HelveticaNeue.ttc", "HelveticaNeue.ttc", "", ("Regular",), ("Bold",)),
    Family("segoeui.ttf", "segoeuib.ttf"),
    Family("LiberationSans-Regular.ttf", "LiberationSans-Bold.ttf"),
    Family("Arial.ttf", "Arial Bold.ttf"),
    Family("DejaVuSans.ttf", "DejaVuSans-Bold.ttf"),
)

SERIF = (
    Family("NotoSerifCJK-Bold.ttc", "NotoSerifCJK-Bold.ttc", "Noto Serif CJK KR"),
    Family("NotoSerif-Bold.ttf", "NotoSerif-Bold.ttf"),
    Family("NotoSerif[wght].ttf", "NotoSerif[wght].ttf"),
    Family("Charter.ttc", "Charter.ttc", "Charter", ("Bold",), ("Bold",)),
    Family("Georgia Bold.ttf", "Georgia Bold.ttf"),
    Family("georgiab.ttf", "georgiab.ttf"),
    Family("LiberationSerif-Bold.ttf", "LiberationSerif-Bold.ttf"),
    Family("DejaVuSerif-Bold.ttf", "DejaVuSerif-Bold.ttf"),
)

MONO = (
    Family("NotoSansMono-Regular.ttf"),
    Family("Menlo.ttc", "", "Menlo", ("Regular",)),
    Family("consola.ttf"),
    Family("DejaVuSansMono.ttf"),
    Family("LiberationMono-Regular.ttf"),
)

SIGNS = (
    Family("NotoEmoji-Regular.ttf"),
    Family("NotoEmoji[wght].ttf"),
    Family("NotoSansSymbols2-Regular.ttf"),
    Family("NotoSansSymbols-Regular.ttf"),
    Family("DejaVuSans.ttf"),
    Family("Symbola.ttf"),
    Family("Symbola_hint.ttf"),
    Family("Apple Symbols.ttf"),
    Family("seguisym.ttf"),
)
