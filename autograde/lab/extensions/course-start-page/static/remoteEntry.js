// JupyterLab does not notice that an open file has changed on disk. This small extension does, for the start page
// alone: while the page is in sight, it is shown again within a second of each check. Written by hand in the form
// that JupyterLab loads (a module federation container), so nothing needs a build.
(() => {
  const PATH = "work/start.md";
  const PERIOD_MS = 1000;

  const shownPage = app =>
    [...app.shell.widgets("main")].find(widget => widget.isVisible && widget.context?.path === PATH);

  async function refresh(app) {
    const page = document.hidden ? undefined : shownPage(app);
    if (!page?.context.isReady || page.context.model.dirty) return;
    const onDisk = await app.serviceManager.contents.get(PATH, { content: false });
    if (onDisk.last_modified !== page.context.contentsModel.last_modified) await page.context.revert();
  }

  async function keepFresh(app) {
    await refresh(app).catch(() => {}); // the server is away, or the file: JupyterLab itself tells about both
    setTimeout(() => keepFresh(app), PERIOD_MS);
  }

  const plugin = {
    id: "course-start-page:plugin",
    description: "Shows the start page of the course as it is on disk.",
    autoStart: true,
    activate: app => void app.restored.then(() => keepFresh(app)),
  };

  (window._JUPYTERLAB ??= {})["course-start-page"] = {
    init: () => {},
    get: () => Promise.resolve(() => ({ __esModule: true, default: plugin })),
  };
})();
