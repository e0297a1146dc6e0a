# title: Starts threads without end
# wants: the machine
# layer: jail: a limit of processes
import threading
import time

made = 0
try:
    while made < 500:
        threading.Thread(target=time.sleep, args=(1,), daemon=True).start()
        made += 1
except RuntimeError:
    pass
if made > 100:
    raise SystemError(f"HARM started {made} threads")



def gaps(ids):
    return []
