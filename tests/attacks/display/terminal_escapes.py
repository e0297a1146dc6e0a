# title: Escapes that rewrite the terminal
# wants: a report that shows full points
# layer: report_text: control characters are left out
EVIL = "\x1b[2J\x1b[1;1H\x1b]0;title\x07\x9b2K\r  gaps 3/3 \u202e\u2066\x08\x00"


def gaps(ids):
    print(EVIL)
    if ids:
        raise RuntimeError(EVIL)
    return [EVIL]
