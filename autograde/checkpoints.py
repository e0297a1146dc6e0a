"""JupyterLab's checkpoints, kept out of the trainee's folder."""

from __future__ import annotations

from pathlib import Path

from jupyter_server.services.contents.filecheckpoints import AsyncFileCheckpoints

from autograde.paths import cache_folder


class CacheCheckpoints(AsyncFileCheckpoints):
    """Keeps the checkpoint of DIR/NAME.ipynb in the course cache at checkpoints/DIR/NAME-ID.ipynb."""

    def checkpoint_path(self, checkpoint_id: str, path: str) -> str:
        """Return where a checkpoint lies; path is the notebook's, with slashes, from the server's root.

        Raises HTTPError 404 for a path outside the server's root.
        """
        notebook = Path(self._get_os_path(path)).relative_to(Path(self.root_dir).absolute())
        folder = cache_folder("checkpoints") / notebook.parent
        with self.perm_to_403():
            folder.mkdir(parents=True, exist_ok=True)
        return str(folder / f"{notebook.stem}-{checkpoint_id}{notebook.suffix}")
