"""Words of two characters that titles are full of: a line does not end within one."""

from __future__ import annotations

import re

_WORDS = (
    "怎样 怎么 什么 如何 为何 一个 一次 一年 一封 一天 一种 一篇 我们 你们 他们 她们 "
    "自己 可以 没有 不是 不要 不会 不能 因为 所以 但是 如果 读者 文章 写作 时间 工作 "
    "生活 问题 方法 世界 中国 公众 平台 内容 创作 创业 独立 开始 结束 第一 第二 第三 "
    "今天 明天 昨天 为什 这个 那个 这里 那里 这样 那样 知道 觉得 喜欢 需要 应该 能够 "
    "已经 还是 就是 只是 时候 东西 地方 朋友 孩子 关于 以及 或者 而且 然后 之后 之前 "
    "以后 以前 现在 未来 过去 成为 作者 作品 网站 网页 软件 技术 设计 产品 用户 价格 "
    "免费 付费 会员 订阅 邮件 来信 手机 电脑 指南 教程 笔记 总结 计划 学习 阅读 思考 "
    "经验 故事 一起 编辑 杂志 名单 收入 域名 公司 城市 设置 格式 图片 文字 链接 样式 "
    "排版 标点 好看 好用 手册 说明 定价 卖货 早市 圈子 新年 个月 一直 一样 一些 很多 "
    "更多 最后 最好 小时 分钟 星期 数据 模型 智能 人工 机器 服务 发布 上手 入门 完整 "
    "简单 真正 重要 选择 变成 变化 改变 发现 得到 找到 看到 听到 想到 做到 之间 其实 "
    "可能 必须 当然 终于 竟然 居然 "
)
COMMON = frozenset(re.findall(r"\w+", _WORDS))
SMALL = frozenset(
    re.findall(r"\w+", "a an the of to in on at for and or is are by with your my our its")
)
