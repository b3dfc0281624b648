"""Starts kwalletd5 as pam_kwallet does: with its wallet open, and no window. Argument: the password."""
import hashlib
import os
import socket
import sys

folder = os.path.join(os.environ["XDG_DATA_HOME"], "kwalletd")
os.makedirs(folder, exist_ok=True)
salt_file = os.path.join(folder, "kdewallet.salt")
if not os.path.exists(salt_file):
    with open(salt_file, "wb") as file:
        file.write(os.urandom(56))
with open(salt_file, "rb") as file:
    key = hashlib.pbkdf2_hmac("sha512", sys.argv[1].encode(), file.read(), 50000, 56)
reading, writing = os.pipe()
os.write(writing, key)
os.close(writing)
place = os.path.join(os.environ["XDG_RUNTIME_DIR"], "kwallet.socket")
if os.path.exists(place):
    os.unlink(place)
server = socket.socket(socket.AF_UNIX)
server.bind(place)
server.listen(1)
for fd in (reading, server.fileno()):
    os.set_inheritable(fd, True)
if os.fork() == 0:
    client = socket.socket(socket.AF_UNIX)
    client.connect(place)
    for name, value in os.environ.items():
        client.sendall(f"{name}={value}\n".encode())
    os._exit(0)
os.environ["PAM_KWALLET5_LOGIN"] = "1"
os.execvp("kwalletd5", ["kwalletd5", "--pam-login", str(reading), str(server.fileno())])
