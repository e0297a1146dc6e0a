# title: Half a surrogate pair in the error of a cell
# wants: a report that cannot be written to a file
# layer: worker_process: texts are made printable
raise RuntimeError("\ud800")
