"""Who responds?"""

from aadash.app.panels import predictors
from aadash.app.parts import render
from aadash.app.shell.page import open_page

page = open_page("Who responds?", ("week", "missing", "error"))
model = predictors.model_of(page)
view = render.choose("View", list(predictors.VIEWS), "view.predictors")
predictors.VIEWS[view](page, model)
