"""The way in. ``streamlit run app.py`` finds ``app``, the pages behind the gate of ``aadash.app.server``, and runs this file again as
their script: which page was asked for? The first page is ``pages/cohort.py``."""

if __name__ == "__main__":
    from aadash.app.shell.page import route

    route()
else:
    import os

    # Before NumPy is loaded: its threads wait for each other at every small product, ten times as long as it takes when the cores
    # are shared by several visitors.
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    from streamlit.starlette import App

    from aadash.app.server.gate import middleware
    from aadash.app.server.keeper import lifespan

    app = App("app.py", middleware=middleware(), lifespan=lifespan)
