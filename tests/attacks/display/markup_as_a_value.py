# title: Markup as the value, as a type's name and as a key
# wants: a script that runs in the instructor's page
# layer: report_html: everything is escaped
EVIL = "<script>alert(1)</script>"


def gaps(ids):
    if len(ids) < 2:
        return {EVIL: [EVIL]}
    return type(EVIL, (), {"__module__": EVIL})()
