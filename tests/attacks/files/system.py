# title: Looks for the files of the system and of other users
# wants: names, accounts, programs
# layer: room: only libraries are there; Landlock
# alone: yes
import os

places = ["/etc/passwd", "/etc/hostname", "/proc/self", "/sys/kernel", "/var/log", "/run", "/bin/sh", "/dev/shm"]
seen = [place for place in places if os.path.exists(place) and (os.path.isfile(place) or os.listdir(place))]
if seen:
    raise SystemError(f"HARM sees {seen}")



def gaps(ids):
    return []
