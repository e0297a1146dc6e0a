# title: Prints without end
# long: yes
# wants: memory or disk of the grader
# layer: worker: the first characters are kept; limits: processor time
# exercise: breaks_padding_decoder
def breaks_padding_decoder():
    while True:
        print("x" * 100_000)
