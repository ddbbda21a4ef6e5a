"""Write ``deploy/site``: what one department's server needs beside the repository, as docs/DEPLOY.md says. Standard library only.

python3 deploy/prepare.py --host aadash.hospital.example --provider https://login.hospital.example/realms/staff --client-id aadash
"""

from __future__ import annotations

import argparse
import secrets
import shutil
import sys
from pathlib import Path
from urllib.parse import urlsplit

HERE = Path(__file__).resolve().parent
STREAM = """
stream {{
    # The sign-in's host, for the app, which has no other way out.
    server {{ listen 443; proxy_pass {provider}:443; proxy_connect_timeout 10s; }}
}}
"""
#: What the proxy says while the app is being started. It may hold no dollar sign and no apostrophe: nginx reads it.
AWAY = (
    '<!doctype html><meta charset="utf-8"><meta http-equiv="refresh" content="5"><meta name="viewport" content="width=device-width">'
    "<title>AAdash</title><h1>AAdash is being started</h1><p>This page tries again every 5 seconds; leave it open.</p>"
    '<p lang="ko">AAdash를 시작하고 있습니다. 이 화면을 열어 두면 5초마다 다시 시도합니다.</p>'
    '<p lang="ja">AAdashを起動しています。この画面を開いたままにすると、5秒ごとに再接続を試みます。</p>'
)


def given() -> argparse.Namespace:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--host", required=True, help="the name under which the server is opened")
    parser.add_argument("--port", type=int, default=443, help="the port of the address, if not 443")
    parser.add_argument("--provider", required=True, help="the issuer: its /.well-known/openid-configuration is read")
    parser.add_argument("--client-id", required=True, help="as registered with the provider")
    parser.add_argument(
        "--users", default="", help="who may come in: addresses or endings such as @hospital.example, with commas between"
    )
    parser.add_argument("--ca", type=Path, help="who signed the provider's certificate (PEM), where that is the hospital itself")
    parser.add_argument("--processes", type=int, default=1, help="how many app processes the proxy spreads browsers over")
    parser.add_argument("--inside", default="172.30.253", help="the first three numbers of the containers' own network")
    parser.add_argument("--listen", default="0.0.0.0", help="with --plain: the address on which the proxy listens")
    parser.add_argument("--plain", action="store_true", help="without containers: nginx and the app on this machine")
    parser.add_argument("--site", type=Path, default=HERE / "site", help="where to write")
    return parser.parse_args()


def nginx(a: argparse.Namespace) -> str:
    """The proxy's configuration."""
    site, apps = a.site.resolve(), range(a.processes)
    if a.plain:
        places = {"RUN": site / "run", "TEMP": site / "run", "TLS": site / "tls", "MIME": "/etc/nginx/mime.types"}
        places |= {
            "HTTP": f"{a.listen}:{80 if a.port == 443 else a.port + 1}",
            "HTTPS": f"{a.listen}:{a.port}",
            "STREAM": "",
            "MODULES": "",
        }
        servers = [f"127.0.0.1:{8501 + i}" for i in apps]
    else:
        places = {"RUN": "/run", "TEMP": "/var/cache/nginx", "TLS": "/etc/nginx/tls", "MIME": "/etc/nginx/mime.types"}
        places |= {"HTTP": "8080", "HTTPS": "8443", "MODULES": "", "STREAM": STREAM.format(provider=urlsplit(a.provider).hostname)}
        servers = ["app:8501"] if a.processes == 1 else [f"aadash-app-{i + 1}:8501" for i in apps]
    text = (HERE / "nginx.conf.template").read_text(encoding="utf-8")
    for name, value in places.items():
        text = text.replace(f"@{name}@", str(value))
    upstreams = "\n".join(f"        server {server};" for server in servers)
    return text.replace("@AWAY@", AWAY).replace("@UPSTREAMS@", upstreams).replace("@HOST@", a.host).replace("@PORT@", "" if a.port == 443 else f":{a.port}")


def main() -> None:
    """Write the files; never over a secret that is there."""
    a = given()
    if urlsplit(a.provider).scheme != "https" and urlsplit(a.provider).hostname not in ("localhost", "127.0.0.1"):
        sys.exit("--provider must begin with https://")
    for folder in (a.site / "tls", a.site / "run", a.site / "ca"):
        folder.mkdir(parents=True, exist_ok=True)
    address = f"https://{a.host}" + ("" if a.port == 443 else f":{a.port}")
    (a.site / "nginx.conf").write_text(nginx(a), encoding="utf-8")
    env = {
        "AADASH_SIGN_IN": "1",
        "AADASH_USERS": a.users,
        "AADASH_AUDIT": "-",
        "STREAMLIT_SERVER_ALLOWED_HOSTS": f"{a.host} 127.0.0.1",
    }
    # What is sent over TLS alone: the proxy says so, and the app believes the proxy.
    env["FORWARDED_ALLOW_IPS"] = "127.0.0.1" if a.plain else "*"
    if a.ca is not None:
        shutil.copyfile(a.ca, a.site / "ca" / "provider.pem")
        env["SSL_CERT_FILE"] = str(a.site.resolve() / "ca" / "provider.pem") if a.plain else "/etc/aadash/ca/provider.pem"
    (a.site / "aadash.env").write_text("".join(f'{k}="{v}"\n' for k, v in env.items()), encoding="utf-8")
    (HERE / ".env").write_text(f"AADASH_PROVIDER_HOST={urlsplit(a.provider).hostname}\nAADASH_INSIDE={a.inside}\n", encoding="utf-8")
    kept = a.site / "secrets.toml"
    if not kept.exists():
        kept.touch(mode=0o640)
        kept.write_text(
            f'[auth]\nredirect_uri = "{address}/oauth2callback"\ncookie_secret = "{secrets.token_urlsafe(48)}"\n'
            f'client_id = "{a.client_id}"\nclient_secret = "PUT THE CLIENT SECRET HERE"\n'
            f'server_metadata_url = "{a.provider.rstrip("/")}/.well-known/openid-configuration"\n',
            encoding="utf-8",
        )
    print(f"""Written to {a.site}. Still to do:
  1. Register at the provider: redirect address {address}/oauth2callback
  2. Put the client secret into {kept}
  3. Put the certificate into {a.site / "tls"}: fullchain.pem and privkey.pem""")


if __name__ == "__main__":
    main()
