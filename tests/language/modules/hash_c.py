# _md5, _sha1, _sha256, _sha512, _blake2.
import _md5, _sha1, _sha256, _sha512, _blake2

def show(f, *args, **kw):
    try:
        print(f(*args, **kw))
    except Exception as e:
        print(type(e).__name__, e)

makers = (_md5.md5, _sha1.sha1, _sha256.sha224, _sha256.sha256, _sha512.sha384, _sha512.sha512, _blake2.blake2b, _blake2.blake2s)
for make in makers:
    h = make(); print(h.name, h.block_size, h.digest_size, type(h), make.__text_signature__)
    for n in (0, 1, 55, 56, 63, 64, 65, 111, 112, 127, 128, 129, 1000):
        print(n, make(bytes(i % 251 for i in range(n))).hexdigest())
    for n in range(1, 300, 7): h.update(bytes(n))
    copy = h.copy(); copy.update(memoryview(bytearray(b'more')))
    print(h.hexdigest(), copy.digest(), h.digest() == h.digest(), make(b'x', usedforsecurity=False).hexdigest())
    show(make, 'text'); show(make, b'', b''); show(h.update, 5); show(h.update, 'text'); show(make, nope=1); show(h.update)
    show(setattr, h, 'name', 1); show(setattr, type(h), 'name', 1)
show(_md5.MD5Type); show(_sha256.SHA256Type); print(_sha512.SHA384Type, _sha1.SHA1Type, _md5.md5(string=b'a').hexdigest())

for make in (_blake2.blake2b, _blake2.blake2s):
    print(make(b'a', digest_size=20, key=b'k', salt=b's', person=b'p').hexdigest(), make(key=b'k' * 32).hexdigest())
    print(make(b'a', fanout=2, depth=3, leaf_size=4, node_offset=5, node_depth=6, inner_size=7, last_node=True).hexdigest())
    for bad in (dict(digest_size=0), dict(digest_size=65), dict(key=b'k' * 65), dict(salt=b'k' * 17), dict(person=b'k' * 17),
                dict(fanout=256), dict(fanout=-1), dict(depth=0), dict(depth=256), dict(leaf_size=2**32), dict(leaf_size=-1),
                dict(node_offset=2**64), dict(node_offset=2**48), dict(node_depth=256), dict(node_depth=-1), dict(inner_size=65)):
        try: print(make(**bad).hexdigest())
        except Exception as e: print(bad, type(e).__name__, e)
    print(make.SALT_SIZE, make.PERSON_SIZE, make.MAX_KEY_SIZE, make.MAX_DIGEST_SIZE)
print({n: getattr(_blake2, n) for n in sorted(dir(_blake2)) if n.isupper()})
