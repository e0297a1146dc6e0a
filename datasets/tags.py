"""Made-up bookmark tags in English, Korean and Japanese."""

from __future__ import annotations

ENGLISH = """
web server design music photo video game news python ruby perl linux database search index network security mobile
cloud editor font color travel food recipe coffee book movie science math physics history language school work life
health money job startup idea tips tool howto tutorial reference library framework cache queue storage backup test
debug deploy monitor traffic cluster proxy browser extension shell script code
"""

KOREAN = """
웹 서버 디자인 음악 사진 영상 게임 뉴스 파이썬 루비 리눅스 데이터베이스 검색 색인 네트워크 보안 모바일 클라우드
편집기 글꼴 색상 여행 음식 요리 커피 책 영화 과학 수학 물리 역사 언어 학교 일 생활 건강 돈 취업 창업 아이디어 요령
도구 강좌 참고 도서관 프레임워크 캐시 큐 저장소 백업 시험 디버그 배포 감시 트래픽 클러스터 프록시 브라우저 확장 셸
스크립트 압축 부호 정렬
"""

JAPANESE = """
ウェブ サーバ デザイン 音楽 写真 動画 ゲーム ニュース パイソン ルビー パール データベース 検索 索引 ネットワーク
セキュリティ モバイル クラウド エディタ 書体 配色 旅行 食べ物 料理 珈琲 本 映画 科学 数学 物理 歴史 言語 学校 仕事
生活 健康 お金 就職 起業 発想 小技 道具 入門 資料 図書館 枠組み キャッシュ 待ち行列 保存 控え 試験 修正 配備 監視
通信量 群れ 代理 閲覧 拡張 端末 台本 圧縮 符号 整列
"""

# Some people paste a whole sentence into the tag field, commas and all.
# In bytes, one note is longer than 127, and two are longer than 255.
NOTES = (
    "read this again before the next meeting, the second half explains why the index server"
    " was so slow in the spring of that same year",
    "다음 모임 전에 다시 읽기. 뒤쪽 절반에 그해 봄 색인 서버가 왜 그렇게 느렸는지 아주 자세히 나온다",
    "次の打ち合わせの前にもう一度読む。後半に、あの春に索引サーバが遅かった理由が詳しく書いてある",
)

LANGUAGES = [(words.split(), note) for words, note in zip((ENGLISH, KOREAN, JAPANESE), NOTES, strict=True)]


def tag(rank: int) -> bytes:
    """Return the tag of a popularity rank (0 is the most popular) in UTF-8; no two ranks share one.

    The languages take turns. The popular tags are one word, the others a chain of them. One in 200 carries
    a note (more than 127 bytes), one in 800 carries it twice (more than 255 bytes).

    >>> [tag(rank).decode() for rank in (0, 1, 2, 300, 301)]
    ['web', '웹', 'ウェブ', 'web-health', '웹-돈']
    >>> len(tag(350)), len(tag(150))
    (156, 271)
    """
    words, note = LANGUAGES[rank % len(LANGUAGES)]
    notes = (rank % 200 == 150) + (rank % 800 == 150)
    return ": ".join(["-".join(_chain(rank // len(LANGUAGES), words)), *[note] * notes]).encode()


def _chain(number: int, words: list[str]) -> list[str]:
    """The number-th chain of words: all chains of one word first, then all of two, and so on."""
    chain: list[str] = []
    while number >= 0:
        number, last = divmod(number, len(words))
        chain.insert(0, words[last])
        number -= 1
    return chain
