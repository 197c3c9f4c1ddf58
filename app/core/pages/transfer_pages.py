"""Files out: the list as it stands."""

from flask import request
from flask_appbuilder import expose
from werkzeug.wrappers import Response as AnyResponse

from app.core.doors import door
from app.core.pages.answering import export_response
from app.core.pages.import_pages import ImportPages


class TransferPages(ImportPages):
    """Files in and out."""

    @expose("/export")
    @door("export")
    def export(self) -> AnyResponse:
        return export_response(type(self), request.args)
