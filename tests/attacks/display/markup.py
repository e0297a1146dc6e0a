# title: Markup in a message, a value, printed text and a cell
# wants: a script that runs in the instructor's page
# layer: report_html: everything is escaped
EVIL = "</code></p><script>alert(1)</script><svg onload=alert(1)><img src=x onerror=alert(1)>"


def gaps(ids):
    print(EVIL)
    if ids:
        raise type("<script>alert(2)</script>", (Exception,), {})(EVIL)
    return EVIL
