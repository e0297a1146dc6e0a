#!/usr/bin/env python3
"""The one entry of the course: all its verbs, and the set-up that the first of them makes.

Standard library only. The file parses on Python 3.6, so that an old Python gets a sentence instead of a
SyntaxError: annotations that are newer than that stand in quotes.
"""

import argparse
import errno
import importlib
import os
import subprocess
import sys

PYTHONS = ((3, 11), (3, 12), (3, 13))  # what requirements.txt is locked for
NEEDS_REPOSITORY = {
    "build",
    "release",
    "autograde",
    "collect",
    "marks",
    "test",
}  # the student bundle has no solutions
UNWRITABLE = (errno.EROFS, errno.EACCES, errno.EPERM)
VERBS = (  # name, a sentence, more, an example
    (
        "lab",
        "Open the course in JupyterLab.",
        "Unsolved exercises are laid into work/ first; what is there is never overwritten. Ctrl-C stops it.",
        "lab --no-browser --port 8899",
    ),
    (
        "grade",
        "Grade your work: a line an exercise, and what to mend first.",
        "Without a target it grades all of work/. It writes an HTML report, too.",
        "grade ch06_vb_code --json result.json",
    ),
    (
        "watch",
        "Grade the exercise that you work on, each time you save.",
        "It shows the first thing to mend. The whole repository adds hints, more with more tries, and the reference\n"
        "once you have solved the exercise.",
        "watch",
    ),
    (
        "reset",
        "Start an assignment again.",
        "The old copy stays in work/, under a name with the date.",
        "reset ch06",
    ),
    (
        "doctor",
        "Say what this machine can isolate and measure, and what it cannot.",
        "Each thing is tried. The exit code is 1 when something that the course needs is broken.",
        "doctor",
    ),
    (
        "collect",
        "Lay the submissions of a Moodle, Canvas or Blackboard download into submitted/.",
        "Also of a plain zip of STUDENT/NAME.ipynb. The latest attempt of each student counts. An older one stays\n"
        "beside it under a dated name; nothing is lost, so collect as often as you like. Where the download tells\n"
        "when a student handed in (Blackboard), that goes into timestamp.txt, for late penalties.",
        "collect ch06_vb_code download.zip",
    ),
    (
        "autograde",
        "Grade all submissions of a class into nbgrader's gradebook.",
        "It reads submitted/STUDENT/ASSIGNMENT/. `nbgrader autograde ASSIGNMENT` gives the same scores.\n"
        "Ctrl-C, a full disk or a lost machine costs nothing that is graded: the next call goes on from there.\n"
        "After a run that came to its end, it grades all anew. Scores and comments by hand stand.\n"
        "Exit code 1: somebody needs a human, the table says why.",
        "autograde ch06_vb_code",
    ),
    (
        "marks",
        "Write the marks of a class as a CSV file that Moodle, Canvas or Blackboard imports.",
        "Scores by hand and late penalties are in. With --template, a file that the system has exported is filled:\n"
        "one column of it; all else stays byte for byte. Exit code 1: somebody is left out, and why is printed.",
        "marks ch06_vb_code marks.csv --layout moodle --template worksheet.csv",
    ),
    (
        "release",
        "Write the bundle for students: no solutions, no private checks, no tests.",
        "The same repository always gives the same bytes.",
        "release course.zip",
    ),
    (
        "fill",
        "Make a submission notebook from the definitions of a Python file.",
        "What has an exercise's name goes into that exercise's cell, all else into the helpers cell.",
        "fill ch06_vb_code answers.py -o filled.ipynb",
    ),
    (
        "bench",
        "Climb the ladders, beside the libraries that people would pick; or measure the grader itself.",
        "Ladders: vb_code. Without a topic it runs all of them. WORKBENCH_SCALE=0.1 runs on a tenth of the data.\n"
        "An absent peer is named.\n"
        "The grader: verdicts (false ones, on right and wrong answers and on mutants of the references), repeats\n"
        "(costs judged again and again on a busy machine), fuzz (damaged notebooks). Exit code 1: it erred.",
        "bench vb_code",
    ),
    (
        "build",
        "Build the notebooks from their sources.",
        "Nobody edits a built notebook by hand: change its source and build again.",
        "build --check",
    ),
    (
        "test",
        "Run the course's own tests: format, lint, types, tests; with --full their coverage, too.",
        "It installs requirements-dev.txt into .venv first.",
        "test --full",
    ),
)


def main(argv: "list[str] | None" = None) -> int:
    """Run one verb.

    argv: the words after course.py (default: this process's).
    Returns the exit code: the verb's own; 2 for wrong use, 1 for a disk that is full or read-only, 130 after
    Ctrl-C.
    """
    problem = python_problem(sys.version_info[:2])
    if problem:
        return _complain(problem, 2)
    for stream in (sys.stdout, sys.stderr):
        stream.reconfigure(errors="backslashreplace")  # type: ignore[union-attr]
    words = sys.argv[1:] if argv is None else argv
    parser = _parser()
    arguments = parser.parse_args(words)
    if arguments.verb is None:
        parser.print_help()
        return 2
    return _guarded(arguments, words)


def python_problem(version: "tuple[int, int]") -> str:
    """Return why the course cannot use this version of Python, or an empty text.

    >>> python_problem((3, 12))
    ''
    >>> python_problem((3, 8)).splitlines()[0]
    'The course needs Python 3.11, 3.12 or 3.13; this is Python 3.8.'
    """
    if version in PYTHONS:
        return ""
    text = "The course needs Python 3.11, 3.12 or 3.13; this is Python {}.{}.\n".format(*version)
    if version > PYTHONS[-1]:
        text += "Its packages are locked for those three, and have not been tried with a newer one.\n"
    return text + "Install one of them and call it by its name, such as: python3.12 course.py lab"


def _guarded(arguments: argparse.Namespace, words: "list[str]") -> int:
    """Run the verb; what the user can mend ends in a sentence, all else in a traceback."""
    from autograde.paths import CourseError
    from datasets import DataError
    from workbench.state import StateError

    try:
        code = _run(arguments, words)
        sys.stdout.flush()
        return code
    except (CourseError, DataError, StateError) as problem:
        return _complain(str(problem), 2)
    except KeyboardInterrupt:
        return _complain("stopped", 130)
    except BrokenPipeError:  # `course.py grade | head`: the reader has gone, so nobody is left to tell
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 141
    except OSError as problem:
        sentence = _disk_sentence(problem)
        if not sentence:
            raise
        return _complain(sentence, 1)


def _run(arguments: argparse.Namespace, words: "list[str]") -> int:
    """Set up if needed, change to the course's own Python, and hand over to the verb."""
    from autograde import environment, paths, setup_venv

    verb = arguments.verb
    if verb in NEEDS_REPOSITORY and not any(paths.SOLUTIONS.glob("*_*.py")):
        raise paths.CourseError(
            f"`{verb}` needs the whole repository; this is the student bundle, which has no solutions."
        )
    locks = setup_venv.LOCKS if verb == "test" else setup_venv.LOCKS[:1]
    python = setup_venv.make_ready(locks)
    if not setup_venv.is_running_inside():
        return _run_again_with(str(python), words)
    os.environ.update(environment.variables())
    verb_module = importlib.import_module("autograde.verbs." + verb)
    code: int = verb_module.run(arguments)
    return code


def _run_again_with(python: str, words: "list[str]") -> int:
    """Become the same command under another Python; where there is no exec, wait for it."""
    command = [python, os.path.realpath(__file__), *words]
    sys.stdout.flush()
    sys.stderr.flush()
    if os.name == "posix":
        os.execv(python, command)
    return subprocess.run(command, check=False).returncode


def _disk_sentence(problem: OSError) -> str:
    """What to tell about a disk that takes no data; an empty text for any other error."""
    place = problem.filename or "a file"
    if problem.errno in (errno.ENOSPC, getattr(errno, "EDQUOT", errno.ENOSPC)):
        return f"The disk is full: {place} could not be written. Free some space and try again."
    if problem.errno in UNWRITABLE:
        return f"{place} cannot be used: {problem.strerror}."
    return ""


def _complain(text: str, code: int) -> int:
    """Say what is wrong on standard error; return the exit code."""
    print(text, file=sys.stderr)
    return code


def _parser() -> argparse.ArgumentParser:
    """The command line of all verbs."""
    parser = argparse.ArgumentParser(
        prog="course.py",
        description="A workbook of large-scale web services: measured chapters and graded exercises.",
        epilog="start here:         python3 course.py lab\n"
        "grade your work:    python3 course.py grade\n"
        "about one verb:     python3 course.py grade --help\n\n"
        "The first call makes .venv from requirements.txt; later calls find it there. To set up without a\n"
        "network, set COURSE_WHEELS to a folder of downloaded wheels: README.md says how.",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    verbs = parser.add_subparsers(dest="verb", metavar="VERB", title="verbs")
    parsers = {}
    for name, sentence, more, example in VERBS:
        parsers[name] = verbs.add_parser(
            name,
            help=sentence,
            description=f"{sentence}\n{more}",
            epilog=f"example:\n  python3 course.py {example}",
            formatter_class=argparse.RawDescriptionHelpFormatter,
        )
    _add_arguments(parsers)
    return parser


def _add_arguments(parsers: "dict[str, argparse.ArgumentParser]") -> None:
    """Add each verb's own arguments to its parser."""
    lab, grade, fill = parsers["lab"], parsers["grade"], parsers["fill"]
    lab.add_argument("--no-browser", action="store_true", help="print the address, open no browser")
    lab.add_argument("--port", type=_port, metavar="N", help="the port (default: a free one from 8888)")
    grade.add_argument("targets", nargs="*", metavar="TARGET", help="an assignment, a notebook or a folder")
    grade.add_argument("--json", metavar="FILE", help="write the result as JSON; - is standard output")
    parsers["reset"].add_argument("chapter", metavar="CHAPTER", help="an assignment or how its name begins")
    parsers["autograde"].add_argument("assignment", metavar="ASSIGNMENT", help="an assignment's name")
    unprotected = "go on where submissions cannot be fully locked in (see doctor)"
    parsers["autograde"].add_argument("--unprotected", action="store_true", help=unprotected)
    parsers["collect"].add_argument("assignment", metavar="ASSIGNMENT", help="an assignment's name")
    parsers["collect"].add_argument(
        "download", metavar="DOWNLOAD.zip", help="the file that the system gave you"
    )
    _add_marks_arguments(parsers["marks"])
    processes = "so many grade at the same time (default: one a core)"
    parsers["autograde"].add_argument("--processes", type=_count, metavar="N", help=processes)
    parsers["release"].add_argument("out", metavar="OUT.zip", help="the file to write")
    fill.add_argument("assignment", metavar="ASSIGNMENT", help="an assignment's name")
    fill.add_argument("answers", metavar="ANSWERS.py", help="a Python file that defines answers")
    fill.add_argument("-o", "--output", metavar="NOTEBOOK", required=True, help="the notebook to write")
    parsers["bench"].add_argument(
        "topic", nargs="?", metavar="TOPIC", help="a ladder (default: all), verdicts, repeats, fuzz or grader"
    )
    parsers["bench"].add_argument("--reference", action="store_true", help="keep it in benchmarks/results/")
    parsers["build"].add_argument("--check", action="store_true", help="write nothing, fail on a difference")
    parsers["test"].add_argument("--full", action="store_true", help="run the long tests, too")


def _add_marks_arguments(marks: argparse.ArgumentParser) -> None:
    """What `marks` takes."""
    marks.add_argument("assignment", metavar="ASSIGNMENT", help="an assignment's name")
    marks.add_argument("out", metavar="OUT.csv", help="the file to write")
    layouts = ("moodle", "canvas", "blackboard", "plain")
    marks.add_argument(
        "--layout", choices=layouts, default="plain", help="whose import it is for (default: plain)"
    )
    marks.add_argument(
        "--template", metavar="EXPORTED.csv", help="fill this file, which the system has exported"
    )
    marks.add_argument(
        "--column",
        metavar="TITLE",
        help="the template's column to fill, where it is not the assignment's name",
    )


def _count(text: str) -> int:
    """A number of processes from the command line."""
    if text.isascii() and text.isdigit() and 1 <= int(text) <= 256:
        return int(text)
    raise argparse.ArgumentTypeError(f"{text!r} is not a number of processes: give one from 1 to 256")


def _port(text: str) -> int:
    """A port number from the command line."""
    if text.isascii() and text.isdigit() and 1 <= int(text) <= 65535:
        return int(text)
    raise argparse.ArgumentTypeError(f"{text!r} is not a port: give a number from 1 to 65535")


if __name__ == "__main__":
    sys.exit(main())
