"""The tree against RFC 9162's definition, written here as naively as the RFC writes it."""

from hashlib import sha256

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.admission import leaves_of
from engine.log import merkle

# The inputs and roots of Certificate Transparency's reference tests (certificate-transparency-go, merkle tree tests).
CT_INPUTS = [
    bytes.fromhex(text)
    for text in (
        "",
        "00",
        "10",
        "2021",
        "3031",
        "40414243",
        "5051525354555657",
        "606162636465666768696a6b6c6d6e6f",
    )
]
CT_ROOTS = [
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]


def naive_root(entries: list[bytes]) -> bytes:
    if not entries:
        return sha256(b"").digest()
    if len(entries) == 1:
        return sha256(b"\x00" + entries[0]).digest()
    k = 1
    while k * 2 < len(entries):
        k *= 2
    return sha256(b"\x01" + naive_root(entries[:k]) + naive_root(entries[k:])).digest()


def entries(count: int) -> list[bytes]:
    return [f"event {n}".encode() for n in range(count)]


def leaves(count: int) -> list[bytes]:
    return leaves_of(entries(count))


def tree_of(leaves: list[bytes]) -> merkle.Tree:
    def subtree(level: int, index: int) -> bytes:
        nodes = leaves[index << level : (index + 1) << level]
        while len(nodes) > 1:
            nodes = merkle.parents(nodes)
        return nodes[0]

    return merkle.Tree(subtree)


def test_the_empty_tree_has_the_root_that_every_transparency_log_starts_from():
    empty = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
    assert merkle.Frontier().root().hex() == empty
    assert merkle.head(tree_of([]).root(0)) == "sha256:" + empty


@pytest.mark.parametrize("size", range(1, 9))
def test_the_roots_are_those_of_certificate_transparency(size):
    hashed = leaves_of(CT_INPUTS[:size])
    frontier = merkle.Frontier()
    frontier.extend(hashed)
    assert frontier.root().hex() == CT_ROOTS[size - 1]
    assert tree_of(hashed).root(size).hex() == CT_ROOTS[size - 1]


@settings(deadline=None)
@given(st.lists(st.integers(0, 40), max_size=8))
def test_the_root_does_not_show_the_batches(batches):
    frontier, done = merkle.Frontier(), 0
    everything = leaves(sum(batches))
    for size in batches:
        frontier.extend(everything[done : done + size])
        done += size
        assert frontier.root() == naive_root(entries(done))
        again = merkle.Frontier(frontier.count, frontier.compact())
        assert again.root() == frontier.root()


@settings(deadline=None)
@given(st.lists(st.integers(0, 40), max_size=8), st.integers(0, 3))
def test_the_subtrees_that_batches_complete_are_all_there_are(batches, level):
    frontier, kept, done = merkle.Frontier(), [], 0
    everything = leaves(sum(batches))
    for size in batches:
        kept += frontier.extend(everything[done : done + size], keep_level=level)
        done += size
    width = 1 << level
    assert kept == [naive_root(entries(done)[n * width : (n + 1) * width]) for n in range(done // width)]


@pytest.mark.parametrize("size", range(1, 34))
def test_every_leaf_is_proved_under_every_root_and_nothing_else_is(size):
    tree, hashed, root = tree_of(leaves(size)), leaves(size), naive_root(entries(size))
    for index in range(size):
        proof = tree.inclusion(index, size)
        assert merkle.includes(root, size, hashed[index], index, proof)
        assert not merkle.includes(root, size, leaves_of([b"another"])[0], index, proof)
        assert not merkle.includes(root, size, hashed[index], index, [*proof, root])
        assert not merkle.includes(root, size, hashed[index], size, proof)
        assert not (proof and merkle.includes(root, size, hashed[index], index, proof[:-1]))
        assert size == 1 or not merkle.includes(root, size, hashed[index], (index + 1) % size, proof)


@pytest.mark.parametrize("size", range(1, 34))
def test_every_prefix_is_proved_a_prefix_and_no_other_tree_is(size):
    tree, root = tree_of(leaves(size)), naive_root(entries(size))
    for first in range(1, size + 1):
        old, proof = naive_root(entries(first)), tree.consistency(first, size)
        assert merkle.extends(old, first, root, size, proof)
        assert not merkle.extends(naive_root([b"x", *entries(first)[1:]]), first, root, size, proof)
        assert not merkle.extends(old, first, leaves_of([b"x"])[0], size, proof)
        assert not merkle.extends(old, first, root, size, [*proof, root])
        assert not (proof and merkle.extends(old, first, root, size, proof[:-1]))


def test_the_empty_log_is_a_prefix_of_every_log():
    root = naive_root(entries(5))
    assert merkle.extends(merkle.EMPTY_ROOT, 0, root, 5, [])
    assert not merkle.extends(root, 0, root, 5, [])
    assert not merkle.extends(root, 6, root, 5, [])


def test_a_proof_of_what_is_not_there_is_refused():
    tree = tree_of(leaves(4))
    with pytest.raises(ValueError, match="leaf 4 is not among 4"):
        tree.inclusion(4, 4)
    with pytest.raises(ValueError, match="no prefix"):
        tree.consistency(5, 4)
