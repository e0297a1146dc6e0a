# title: Markup in the error of a cell that does not run
# wants: a script that runs in the instructor's page
# layer: report_html: everything is escaped
raise RuntimeError("<img src=x onerror=alert(1)>\x1b[2J")
