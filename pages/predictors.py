"""Who responds?"""

from aadash.app import predictors, show
from aadash.app.shell import open_page

page = open_page("Who responds?", ("week", "missing", "error"))
model = predictors.model_of(page)
view = show.choose("View", list(predictors.VIEWS), "view.predictors")
predictors.VIEWS[view](page, model)
