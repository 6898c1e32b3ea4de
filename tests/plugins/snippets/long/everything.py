"""A post with one of everything that Markdown and a creator's own HTML may say."""

from __future__ import annotations

from dataclasses import replace

from plugins.reader.render import Job, render
from plugins.snippets.values import Platform, Post

URL = "https://ground.example/posts/one/"
WECHAT = Platform(
    "wechat",
    {},
    "long",
    "html",
    adapter="wechat",
    link="footnote",
    way="source",
    tags=(
        *("section", "p", "h1", "h2", "h3", "h4", "h5", "h6", "strong", "em", "span", "br", "hr"),
        *("a", "img", "figure", "blockquote", "ul", "ol", "li", "pre", "code", "table", "sup"),
    ),
)
MARKDOWN = """
第一段，**加粗**，*强调*，==荧光==，~~划掉~~，`行内代码`，<u>下划</u>，10<sup>6</sup>，H<sub>2</sub>O。[^note]

## 二级

带链接：[外面](https://b.example/?a=1&b=2)、[站内](/two/)、[再次](https://b.example/?a=1&b=2)、\
[公众号](https://mp.weixin.qq.com/s/x)、<https://c.example/>、[回到上面](#二级)。

### 三级

#### 四级

- 一
    - 二
        - 三
            1. 四
            2. 又四
    - 又二

        又二的第二段
- 又一

    又一的第二段

1. 甲
2. 乙

- [x] 做完
- [ ] 没做

> 引用
>
> 谁说的

!!! note "标题"
    框里的话

!!! warning "当心"
    框里的话

| 名 | 说明 | 价 | 又一栏 |
|---|:---:|---:|---|
| 甲 | 一段比较长的说明文字，手机上一行放不下，要拖着看 | 12 | 也有不少字，也要一点地方 |

```python
def f(x):
    return "a  b"  # 注释

if True: print(1)
```

    没有颜色
      的代码

词
:   意思

![大图](/big.png)

<figure><img src="/figure.png" alt="图" width="1200" height="600">
<figcaption>图注</figcaption></figure>

一行里的 ![小图](/small.png) 小图。

<div id="x" class="y" style="position:fixed" onclick="z()">原样的<script>no()</script>字</div>

---

最后一段。

[^note]: 注，看[这里](https://d.example/)。
"""


def everything(lang: str = "zh-Hans", theme: str = "ink") -> Post:
    """Return the post."""
    html = render(Job(MARKDOWN)).html
    home = "https://ground.example"
    post = Post("one", lang, "一切", "", html, URL, URL, site="自留地", home=home, words=3210)
    return replace(post, theme=theme)
