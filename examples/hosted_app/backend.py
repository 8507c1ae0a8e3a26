"""The backend of an app of the hosted service: `uvicorn backend:app`.

Nothing in it was changed but where the script comes from. Where sessions are made, the SDK reads
in OPENAI_BASE_URL.
"""

import os
import uuid
from pathlib import Path

from fastapi import FastAPI, Request, Response
from fastapi.responses import FileResponse, HTMLResponse
from openai import OpenAI

FOLDER = Path(__file__).parent
SCRIPT = os.environ.get("CHATKIT_SCRIPT", "http://127.0.0.1:8000/chatkit.js")
SECONDS = int(os.environ.get("SESSION_SECONDS", "600"))

app = FastAPI()
client = OpenAI()


@app.post("/api/chatkit/session")
def create_session(request: Request, response: Response) -> dict[str, str]:
    user = request.cookies.get("user") or str(uuid.uuid4())  # yours: who is signed in
    response.set_cookie("user", user, httponly=True, samesite="lax")
    session = client.beta.chatkit.sessions.create(
        user=user,
        workflow={"id": "wf_support", "state_variables": {"plan": "pro"}},
        chatkit_configuration={
            "file_upload": {"enabled": True, "max_files": 2, "max_file_size": 1},
            "history": {"enabled": os.environ.get("HISTORY", "on") == "on"},
        },
        expires_after={"anchor": "created_at", "seconds": SECONDS},
        rate_limits={"max_requests_per_1_minute": 30},
    )
    return {"client_secret": session.client_secret}


@app.get("/")
def page() -> HTMLResponse:
    html = (FOLDER / "index.html").read_text(encoding="utf-8")
    return HTMLResponse(html.replace("https://cdn.example.com/chatkit.js", SCRIPT))


@app.get("/app.js")
def script() -> FileResponse:
    return FileResponse(FOLDER / "dist" / "app.js", media_type="text/javascript")
