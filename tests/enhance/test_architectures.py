"""What people bring: tiny networks with random weights, of the architectures that are met most."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import torch

from facet.core.errors import EnvironmentLacksError
from facet.enhance import spandrel_loader
from facet.enhance.engine import Engine
from facet.enhance.loading import inspect, network_of
from facet.enhance.state_dict import read_state
from networks import card, request, scene, with_digest


def swinir() -> torch.nn.Module:
    from spandrel.architectures.SwinIR import SwinIR

    return SwinIR(
        img_size=16, embed_dim=12, depths=[2], num_heads=[2], window_size=8, mlp_ratio=2.0, upscale=2,
        upsampler="pixelshuffledirect",
    )  # fmt: skip


def hat() -> torch.nn.Module:
    from spandrel.architectures.HAT import HAT

    return HAT(
        img_size=16, embed_dim=24, depths=(1,), num_heads=(2,), window_size=8, compress_ratio=3, squeeze_factor=6,
        upscale=4, num_feat=16, mlp_ratio=2.0,
    )  # fmt: skip


def dat() -> torch.nn.Module:
    from spandrel.architectures.DAT import DAT

    return DAT(
        img_size=16, embed_dim=16, split_size=[4, 8], depth=[3], num_heads=[2], expansion_factor=2.0, upscale=3,
        upsampler="pixelshuffledirect",
    )  # fmt: skip


def esrgan() -> torch.nn.Module:
    from spandrel.architectures.ESRGAN import ESRGAN

    return ESRGAN(num_filters=8, num_blocks=1, scale=4)


def compact() -> torch.nn.Module:
    from spandrel.architectures.Compact import Compact

    return Compact(num_feat=8, num_conv=2, upscale=2)


def realplksr() -> torch.nn.Module:
    from spandrel.architectures.PLKSR import RealPLKSR

    return RealPLKSR(dim=16, n_blocks=2, kernel_size=5, upscaling_factor=4, use_ea=True)


def span() -> torch.nn.Module:
    from spandrel.architectures.SPAN import SPAN

    return SPAN(num_in_ch=3, num_out_ch=3, feature_channels=12, upscale=2)


NETWORKS: dict[str, tuple[Callable[[], torch.nn.Module], int]] = {
    "SwinIR": (swinir, 2),
    "HAT": (hat, 4),
    "DAT": (dat, 3),
    "ESRGAN": (esrgan, 4),
    "Compact": (compact, 2),
    "PLKSR": (realplksr, 4),
    "SPAN": (span, 2),
}


def made(build: Callable[[], torch.nn.Module]) -> torch.nn.Module:
    torch.manual_seed(0)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return build().eval()


def saved(network: torch.nn.Module, path: Path) -> Path:
    torch.save({"params": network.state_dict()}, path)
    return path


@pytest.mark.parametrize("name", NETWORKS)
def test_a_network_of_each_architecture_is_recognised_and_gives_what_it_gives_by_itself(
    name: str, tmp_path: Path
) -> None:
    build, scale = NETWORKS[name]
    network = made(build)
    weights = saved(network, tmp_path / "own.pth")
    facts = inspect(weights)
    assert (facts["architecture"], facts["scale"], facts["purpose"]) == (f"spandrel/{name}", scale, "SR")
    picture = scene(16, 24)
    descriptor = with_digest(card("spandrel", scales=(scale,), minimum_side=8), weights)
    output = Engine().run(request(picture, descriptor, weights, parameters={"scale": scale}))[0].picture
    with torch.inference_mode():
        plain = network(torch.from_numpy(picture).permute(2, 0, 1)[None].float() / 255)[0].permute(1, 2, 0).numpy()
    wanted = np.rint(np.clip(plain, 0, 1) * 255).astype(int)
    assert output.shape == (16 * scale, 24 * scale, 3)
    assert np.abs(output.astype(int) - wanted).max() <= 1


def restorer() -> torch.nn.Module:
    from spandrel.architectures.RestoreFormer import RestoreFormer

    return RestoreFormer(
        n_embed=16, embed_dim=32, ch=32, ch_mult=(1, 1, 1, 1, 1, 1), num_res_blocks=1, attn_resolutions=(16,),
        z_channels=32,
    )  # fmt: skip


def test_a_face_restorer_is_known_as_one(tmp_path: Path) -> None:
    facts = inspect(saved(made(restorer), tmp_path / "own.pth"))
    assert (facts["architecture"], facts["purpose"], facts["scale"]) == ("spandrel/RestoreFormer", "FaceSR", 1)


def test_codeformer_without_the_package_that_reads_it_names_that_package(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(spandrel_loader, "EXTRA", "no_such_package_as_this")
    state = {name: torch.zeros(2, 2) for name in spandrel_loader.CODEFORMER}
    torch.save({"params_ema": state}, tmp_path / "codeformer.pth")
    with pytest.raises(EnvironmentLacksError, match="pip install spandrel-extra-arches"):
        inspect(tmp_path / "codeformer.pth")


def test_architectures_of_the_extra_package_are_looked_up_where_it_is_installed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "extra_for_a_test.py").write_text(
        "from spandrel import ArchRegistry, ArchSupport\n"
        "from spandrel.architectures.Compact import CompactArch\n"
        "class Renamed(CompactArch):\n"
        "    def __init__(self):\n"
        "        super().__init__()\n"
        "        self._id = 'Renamed'\n"
        "EXTRA_REGISTRY = ArchRegistry()\n"
        "EXTRA_REGISTRY.add(ArchSupport.from_architecture(Renamed(), before=('Compact',)))\n",
        "utf-8",
    )
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.setattr(spandrel_loader, "EXTRA", "extra_for_a_test")
    assert inspect(saved(made(compact), tmp_path / "own.pth"))["architecture"] == "spandrel/Renamed"


class Signed(torch.nn.Module):
    """Stands for a network from -1..1 to -1..1; it keeps what it was called with."""

    def forward(self, picture: torch.Tensor, **options: object) -> tuple[torch.Tensor, None]:
        self.lowest, self.highest, self.options = float(picture.min()), float(picture.max()), options
        return picture / 2, None


@pytest.mark.parametrize(
    ("name", "options"),
    [("GFPGAN", {"return_rgb": False, "randomize_noise": False}), ("CodeFormer", {"weight": 0.5})],
)
def test_restorers_trained_on_signed_pictures_are_given_signed_pictures(name: str, options: dict[str, object]) -> None:
    from types import SimpleNamespace

    network = Signed()
    call = spandrel_loader._call(SimpleNamespace(architecture=SimpleNamespace(id=name), model=network))
    answer = call(torch.linspace(0, 1, 48).reshape(1, 3, 4, 4))
    assert (network.lowest, network.highest, network.options) == (-1.0, 1.0, options)
    assert (float(answer.min()), float(answer.max())) == (0.25, 0.75)


def test_gfpgan_draws_the_same_face_twice_with_the_noise_of_its_weights() -> None:
    from types import SimpleNamespace

    from spandrel.architectures.GFPGAN import GFPGAN

    torch.manual_seed(0)
    network = GFPGAN(out_size=32, num_style_feat=16, channel_multiplier=1, num_mlp=1, input_is_latent=True,
                     different_w=True, narrow=0.125, sft_half=True).eval()  # fmt: skip
    for name, weight in network.named_parameters():
        if weight.numel() == 1 and name.endswith(".weight"):
            torch.nn.init.constant_(weight, 0.5)  # how much of the noise is seen
    call = spandrel_loader._call(SimpleNamespace(architecture=SimpleNamespace(id="GFPGAN"), model=network))
    picture = torch.rand(1, 3, 32, 32)
    with torch.inference_mode():
        assert not torch.equal(network(picture)[0], network(picture)[0])
        assert torch.equal(call(picture), call(picture))


def test_dat_is_built_from_what_was_learned_alone(tmp_path: Path) -> None:
    whole = made(dat)
    learned = {
        name: value
        for name, value in whole.state_dict().items()
        if name.rpartition(".")[2]
        not in ("attn_mask_0", "attn_mask_1", "relative_position_index", "num_batches_tracked")
    }
    torch.save(learned, tmp_path / "dat.pth")
    network = network_of("dat", read_state(tmp_path / "dat.pth")[0], "dat.pth")
    assert network.scale == 3
    picture = torch.rand(1, 3, 24, 16)
    network.module.eval()
    with torch.inference_mode():
        assert torch.equal(network.call(picture), whole(picture))


def test_dat_with_a_part_missing_is_refused(tmp_path: Path) -> None:
    from facet.core.errors import InputError

    state = made(dat).state_dict()
    del state["norm.weight"]
    with pytest.raises(InputError, match="not of the architecture «dat»"):
        network_of("dat", dict(state), "dat.pth")
