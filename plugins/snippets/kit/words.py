"""What the copy kit says: sentences of the catalogue by the names that its template uses."""

from __future__ import annotations

from publish.contract.catalogue import N_

FORMS = {"short": N_("short post"), "long": N_("full text")}
FORMATS = {"text": N_("plain text"), "markdown": N_("Markdown"), "html": N_("rich text")}

# What a piece is called, and what is pressed to copy it.
NAMES = {
    "title": (N_("Title"), N_("Copy title")),
    "subject": (N_("Subject"), N_("Copy subject")),
    "digest": (N_("Digest"), N_("Copy digest")),
    "author": (N_("Author"), N_("Copy author")),
    "text": (N_("Text"), N_("Copy text")),
    "link": (N_("Link"), N_("Copy link")),
    "tags": (N_("Hashtags"), N_("Copy hashtags")),
}
PARTS = (N_("Part {number} of {total}"), N_("Copy part {number}"))

COUNTS = {
    "free": N_("{count} characters"),
    "most": N_("{count} of {most}"),
    "most_as": N_("{count} of {most}, as {platform} counts"),
    "least": N_("{count}, at least {least} are needed"),
    "over": N_("{said}: {over} too many"),
}

# Named as kit.html has them.
SAY = {
    "title": N_("{title}: for every platform"),
    "all_posts": N_("All posts"),
    "site_page": N_("Page on the site"),
    "platforms": N_("Platforms"),
    "fitting": N_("{count} of {total} platforms fit"),
    "none": N_("No platform is chosen for this post."),
    "fits": N_("fits"),
    "misfit": N_("does not fit"),
    "misfits": N_("{platform} will not take it like this"),
    "quiet": N_("Good to know"),
    "rich": N_("Copy rich text"),
    "plain": N_("Copy plain text"),
    "as_plain": N_("As plain text"),
    "thread": N_("As a thread, {total} parts"),
    "preview": N_("Preview: {platform}"),
    "more": N_("…more"),
    "pictures": N_("Pictures"),
    "download": N_("Download"),
    "download_all": N_("Download all pictures"),
    "copy_alt": N_("Copy alt text"),
    "not_made": N_("Pictures are made when you ask for them:"),
    "copy_command": N_("Copy command"),
    "posted": N_("Posted?"),
    "posted_command": N_("When it is posted, write down where:"),
    "address": N_("Address of the post there"),
    "keep": N_("Mark as posted"),
    "forget": N_("Not posted after all"),
    "no_script": N_("Without JavaScript nothing is copied by a button: select the text."),
}

# Named as the scripts have them, which fill in the braces.
SCRIPT = {
    "copied": N_("Copied"),
    "failed": N_("Your browser does not let pages copy: select the text and copy it yourself."),
    "next": N_("Copy part {number} of {total}"),
    "again": N_("All parts copied: begin again"),
    "making": N_("The pictures are being made …"),
    "ready": N_("The pictures are ready."),
    "posted": N_("Posted {date}"),
    "old": N_("Posted {date}, the post changed since"),
    "marked": N_("posted"),
    "address": N_("ADDRESS"),
    "unkept": N_("It could not be written down: is the preview still running?"),
}
