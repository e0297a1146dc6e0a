# title: Raises its own limits
# wants: memory, files and processes without end
# layer: jail: hard limits, no capability
import resource

done = []
for kind in (resource.RLIMIT_NPROC, resource.RLIMIT_NOFILE, resource.RLIMIT_AS, resource.RLIMIT_FSIZE, resource.RLIMIT_CPU):
    _, hard = resource.getrlimit(kind)
    try:
        resource.setrlimit(kind, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
        done.append(kind)
    except (OSError, ValueError):
        pass
if done:
    raise SystemError(f"HARM raised {done}")



def gaps(ids):
    return []
